import type { BrokerRepair } from '../contract/broker.ts'
import { DomainError } from '../errors/domain-error.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'
import type { OperationRecord, RepairWish } from '../records/operation.ts'
import { acceptOperation, assertMayBegin } from './accept-operation.ts'
import type { StatePorts } from './change-cluster.ts'
import { loadHost } from './load.ts'
import type { Requester } from './requester.ts'
import { isHeard } from './silence.ts'

/** A machine, and up to six hours of log recovery and catching up (kafka-operations §5.8). */
const MINUTES_PER_NODE = 390

/** What is said about its volume by whoever does not know of any loss. */
const NOTHING_SAID: BrokerRepair = { replaceVolume: false, acceptDataLoss: false }

/**
 * Accepts the repair of a broker that does not serve. When none of the cluster does, all nodes that are down are repaired:
 * one alone would wait for the others for ever. A broker that serves, or is in log recovery, is left alone:
 * STATUS_NOT_ALLOWED. Where all of a cluster in `Error` have come back by themselves, a repair finds that out and lifts it.
 */
export async function acceptRepair(
  ports: StatePorts,
  requester: Requester,
  clusterId: string,
  nodeId: number,
  { said = NOTHING_SAID, also }: { said?: BrokerRepair; also?: (operation: OperationRecord) => readonly Write[] } = {},
): Promise<OperationRecord> {
  return acceptOperation(
    ports,
    requester,
    clusterId,
    async (cluster, all) => {
      assertMayBegin(cluster, 'repairBrokers')
      refuseJoining(all, nodeId)
      const brokers = all.filter(({ joining }) => joining === undefined)
      const host = (await loadHost(ports.store, cluster.tenantId, clusterId, nodeId))?.record
      assertNeedsRepair(cluster, brokers, nodeId, host, ports.clock.now(), said)
      const nodes = noneServes(brokers) ? brokers.filter(isDown).map((broker) => broker.nodeId) : [nodeId]
      return {
        type: 'repairBrokers',
        nodes,
        deadlineMinutes: MINUTES_PER_NODE * nodes.length,
        warnings: warningsOf(nodeId, said),
        repair: wishOf(nodeId, said, host),
      }
    },
    also,
  )
}

/** STATUS_NOT_ALLOWED for a node that has never belonged to the cluster: the operation that adds it is resumed or cancelled. */
export function refuseJoining(brokers: readonly BrokerRecord[], nodeId: number): void {
  const joining = brokers.find((broker) => broker.nodeId === nodeId)?.joining
  if (joining === undefined) return
  throw new DomainError(
    'STATUS_NOT_ALLOWED',
    `Broker ${nodeId} has not joined the cluster yet; resume or cancel operation ${joining}, which adds it.`,
    { metadata: { nodeId, operationId: joining, operation: `/v1/operations/${joining}` } },
  )
}

const isDown = ({ status, health }: BrokerRecord) => status === 'Error' || health !== 'Healthy'
const noneServes = (brokers: readonly BrokerRecord[]) =>
  brokers.filter(({ roles }) => roles.includes('broker')).every(isDown)

function wishOf(
  nodeId: number,
  { replaceVolume, acceptDataLoss }: BrokerRepair,
  host: HostRecord | undefined,
): RepairWish {
  const unusableVolumeId = replaceVolume ? host?.volumeId : undefined
  return { nodeId, acceptDataLoss, ...(unusableVolumeId !== undefined && { unusableVolumeId }) }
}

function warningsOf(nodeId: number, { replaceVolume, acceptDataLoss }: BrokerRepair): readonly string[] {
  return [
    ...(replaceVolume ? [`The volume of node ${nodeId} is replaced by an empty one; what is on it is removed.`] : []),
    ...(acceptDataLoss
      ? [`Should the volume of node ${nodeId} be lost, records that no other replica holds are given up.`]
      : []),
  ]
}

function assertNeedsRepair(
  { clusterId, ledgerSequence, status }: ClusterRecord,
  brokers: readonly BrokerRecord[],
  nodeId: number,
  host: HostRecord | undefined,
  now: number,
  { replaceVolume }: BrokerRepair,
): void {
  const refuse = (why: string) => new DomainError('STATUS_NOT_ALLOWED', why, { metadata: { clusterId, nodeId } })
  const broker = brokers.find((candidate) => candidate.nodeId === nodeId)
  if (!broker) throw new DomainError('BROKER_NOT_FOUND', `Cluster ${clusterId} has no broker ${nodeId}.`)
  // It is billed from the moment on at which it came up.
  if (ledgerSequence === 0) throw refuse('The cluster never came up; it can only be deleted.')
  const onlyLooks = status === 'Error' && !brokers.some(isDown) && !replaceVolume
  if (!isDown(broker) && !onlyLooks) throw refuse(`Broker ${nodeId} serves; there is nothing to repair.`)
  if (host && isHeard(host, now) && host.observed?.process.state === 'Recovering')
    throw refuse(`Broker ${nodeId} is in log recovery, which must not be interrupted.`)
}
