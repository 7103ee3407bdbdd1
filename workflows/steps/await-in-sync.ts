import { DomainError } from '../../shared/errors/domain-error.ts'
import { laggingPartitions } from '../../shared/kafka-safety/roll-gates.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../../shared/state/load.ts'
import { silentSeconds } from '../../shared/state/silence.ts'
import { type DistanceToSync, refuseWithoutProgress } from '../catch-up.ts'
import { lookAtKafka, pollUnlessHostsFail } from '../kafka-view.ts'
import { ownedBroker } from '../ownership.ts'
import { defineStep } from '../step.ts'
import { lookAtSync } from '../sync-evidence.ts'

/** A node counts as back when it was seen in sync so many times in a row: replicas that flap are not back. */
const LOOKS_IN_A_ROW = 3

/** A host of which nothing is heard for so long is gone; it may have been heard of while the control plane was not there. */
const GONE_AFTER_SECONDS = 600
const LISTEN_SECONDS = 10

/**
 * The node is back: a broker is registered and in the ISR of each of its partitions, a controller has caught up with the
 * quorum (kafka-operations §2.3). Before that no other node may be touched. One whose host has gone meanwhile is not waited for.
 */
export const awaitInSync = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports, tell) => {
    const { cluster, broker } = await ownedBroker(ports, input)
    const all = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const target = kafkaTarget(cluster, all)
    tell?.({ isrBefore: await lookAtSync(ports, cluster, all, broker.nodeId) })
    let inARow = 0
    const calledAt = ports.clock.now()
    let distance: DistanceToSync = { behindOn: undefined, usableBytes: undefined }
    const inSync = pollUnlessHostsFail(ports, input, async () => {
      const missing = await lookAtKafka(look)
      inARow = missing === undefined ? inARow + 1 : 0
      if (missing !== undefined && ports.clock.now() - calledAt >= LISTEN_SECONDS * 1000) await refuseGoneHost()
      return missing ?? (inARow >= LOOKS_IN_A_ROW ? undefined : `Seen in sync ${inARow} times in a row.`)
    })
    await inSync.catch(async (thrown: unknown) => {
      if (thrown instanceof DomainError && thrown.code === 'NOT_YET')
        await refuseWithoutProgress(ports, input, await withVolume(distance), thrown.message)
      throw thrown
    })
    tell?.({ isrAfter: await lookAtSync(ports, cluster, all, broker.nodeId) })
    return {}

    async function refuseGoneHost(): Promise<void> {
      const { nodeId } = broker
      const host = (await loadHost(ports.store, input.tenantId, input.clusterId, nodeId))?.record
      const seconds = host && silentSeconds(host, ports.clock.now())
      if (seconds === undefined || seconds < GONE_AFTER_SECONDS) return
      const detail = `Nothing has been heard of the host of node ${nodeId} for ${Math.floor(seconds / 60)} minutes.`
      throw new DomainError('HOST_NOT_READY', detail, { metadata: { nodeId } })
    }

    /** Where the broker cannot be asked, nothing is known of its volume. */
    async function withVolume(seen: DistanceToSync): Promise<DistanceToSync> {
      if (seen.behindOn === undefined || !broker.roles.includes('broker')) return seen
      try {
        const dirs = await ports.kafka.logDirs(target, broker.nodeId)
        return { ...seen, usableBytes: dirs.reduce((sum, { usableBytes }) => sum + usableBytes, 0) }
      } catch (thrown) {
        if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return seen
        throw thrown
      }
    }

    async function look(): Promise<string | undefined> {
      const { nodeId, roles } = broker
      const isBroker = roles.includes('broker')
      const [quorum, registered, topics] = await Promise.all([
        roles.includes('controller') ? ports.kafka.quorum(target) : undefined,
        isBroker ? ports.kafka.brokers(target) : undefined,
        isBroker ? ports.kafka.topics(target) : [],
      ])
      if (quorum !== undefined) {
        if (quorum.leaderId < 0) return 'The quorum has no leader.'
        if (!quorum.voters.some((voter) => voter.nodeId === nodeId && voter.caughtUp))
          return `Controller ${nodeId} has not caught up yet.`
      }
      if (registered?.brokers.every((seen) => seen.nodeId !== nodeId))
        return `Broker ${nodeId} is not registered again yet.`
      const lagging = laggingPartitions(topics, nodeId)
      distance = { ...distance, behindOn: lagging.length }
      return lagging.length === 0
        ? undefined
        : `Broker ${nodeId} is behind on ${lagging.length} partitions, ${lagging[0]} among them.`
    }
  },
})
