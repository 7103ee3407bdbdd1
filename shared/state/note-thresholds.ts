import { crossedThreshold } from '../disks/thresholds.ts'
import type { DiskUsage } from '../disks/usage.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { changeCluster, type StatePorts } from './change-cluster.ts'

const BYTES_PER_GIB = 1024 ** 3

/** Takes down which thresholds the volumes have crossed, with an event for each that is crossed upwards. */
export async function noteThresholds(
  ports: StatePorts,
  { tenantId, clusterId }: ClusterRecord,
  brokers: readonly BrokerRecord[],
  usages: readonly DiskUsage[],
): Promise<void> {
  const crossed = (broker: BrokerRecord | undefined, { usedPercent }: DiskUsage) => {
    const before = broker?.diskThresholdPercent ?? 0
    const now = crossedThreshold(before, usedPercent) ?? 0
    return { before, now }
  }
  const isNews = (usage: DiskUsage) => {
    const { before, now } = crossed(
      brokers.find(({ nodeId }) => nodeId === usage.nodeId),
      usage,
    )
    return now !== before
  }
  const news = usages.filter(isNews)
  if (news.length === 0) return
  await changeCluster(ports, { tenantId, clusterId }, (draft) => {
    for (const usage of news) {
      const { nodeId, volumeGiB, usedBytes } = usage
      const broker = draft.broker(nodeId)
      const { before, now } = crossed(broker, usage)
      if (now === before) continue
      draft.setBroker(nodeId, { diskThresholdPercent: now })
      if (now < before) continue
      draft.emit('kafka.storage.threshold_crossed.v1', `${clusterId}/${nodeId}`, {
        nodeId,
        zone: broker.zone,
        thresholdPercent: now,
        usedGiB: Math.floor(usedBytes / BYTES_PER_GIB),
        volumeGiB,
      })
    }
  })
}
