import { DomainError } from '../../shared/errors/domain-error.ts'
import { leastTotalBytes } from '../../shared/host-protocol/volume-size.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../../shared/state/load.ts'
import { failureSince } from '../../shared/state/settle-host-wait.ts'
import { countedGiB } from '../../shared/state/usage.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { attemptBegan, ownedBroker } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'
import { lookAtSync } from '../sync-evidence.ts'

/** Kafka itself sees the new size: a statement that does not depend on the host's own (kafka-operations §5.2, step 5). */
export const verifyVolume = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports, tell) => {
    const { tenantId, clusterId } = input
    const { cluster, broker } = await ownedBroker(ports, input)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const least = leastTotalBytes(countedGiB(broker))
    const since = await attemptBegan(ports, input)
    tell?.({ isrBefore: await lookAtSync(ports, cluster, brokers, broker.nodeId) })
    await pollOneCall(ports, async () => {
      await refuseFailedHost()
      return lookAtKafka(async () => {
        const dirs = await ports.kafka.logDirs(kafkaTarget(cluster, brokers), broker.nodeId)
        if (dirs.length === 0) return `Broker ${broker.nodeId} tells of no log directory.`
        const small = dirs.find(({ totalBytes }) => totalBytes < least)
        return small && `${small.path} has ${small.totalBytes} bytes in Kafka's eyes; at least ${least} are awaited.`
      })
    })
    tell?.({ isrAfter: await lookAtSync(ports, cluster, brokers, broker.nodeId) })
    return {}

    async function refuseFailedHost(): Promise<void> {
      const host = await loadHost(ports.store, tenantId, clusterId, broker.nodeId)
      const failure = host && failureSince(host.record, since)
      if (failure) throw new DomainError(failure.code, failure.detail)
    }
  },
})
