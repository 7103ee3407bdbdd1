import { DomainError } from '../../shared/errors/domain-error.ts'
import { laggingPartitions } from '../../shared/kafka-safety/roll-gates.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, hostsOf } from '../../shared/state/load.ts'
import { silentSeconds } from '../../shared/state/silence.ts'
import { lookAtKafka, pollUnlessHostsFail } from '../kafka-view.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** All count as back when they were seen so twice in a row: nothing was written while they were away. */
const LOOKS_IN_A_ROW = 2

/** A host of which nothing is heard for so long is gone; it may have been heard of while the control plane was not there. */
const GONE_AFTER_SECONDS = 600
const LISTEN_SECONDS = 10

/** Every broker is registered and in the ISR of each of its partitions, and every controller has caught up with the quorum. */
export const awaitAllInSync = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const target = kafkaTarget(cluster, brokers)
    const calledAt = ports.clock.now()
    let inARow = 0
    await pollUnlessHostsFail(ports, input, async () => {
      const missing = await lookAtKafka(look)
      inARow = missing === undefined ? inARow + 1 : 0
      if (missing !== undefined && ports.clock.now() - calledAt >= LISTEN_SECONDS * 1000) await refuseGoneHosts()
      return missing ?? (inARow >= LOOKS_IN_A_ROW ? undefined : `Seen in sync ${inARow} times in a row.`)
    })
    return {}

    async function refuseGoneHosts(): Promise<void> {
      for (const host of await hostsOf(ports.store, tenantId, clusterId)) {
        const seconds = silentSeconds(host, ports.clock.now())
        if (seconds === undefined || seconds < GONE_AFTER_SECONDS) continue
        const { nodeId } = host
        const detail = `Nothing has been heard of the host of node ${nodeId} for ${Math.floor(seconds / 60)} minutes.`
        throw new DomainError('HOST_NOT_READY', detail, { metadata: { nodeId } })
      }
    }

    async function look(): Promise<string | undefined> {
      const { leaderId, voters } = await ports.kafka.quorum(target)
      if (leaderId < 0) return 'The quorum has no leader.'
      const registered = await ports.kafka.brokers(target)
      const topics = await ports.kafka.topics(target)
      for (const { nodeId, roles } of brokers) {
        if (roles.includes('controller') && !voters.some((voter) => voter.nodeId === nodeId && voter.caughtUp))
          return `Controller ${nodeId} has not caught up yet.`
        if (!roles.includes('broker')) continue
        if (!registered.brokers.some((seen) => seen.nodeId === nodeId)) return `Broker ${nodeId} is not registered yet.`
        const lagging = laggingPartitions(topics, nodeId)
        if (lagging.length > 0)
          return `Broker ${nodeId} is behind on ${lagging.length} partitions, ${lagging[0]} among them.`
      }
      return undefined
    }
  },
})
