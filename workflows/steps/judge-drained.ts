import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../../shared/state/load.ts'
import { type Ties, tiesOf } from '../emptiness.ts'
import { noteLandedAgain } from '../landed-again.ts'
import { leavingBroker } from '../leaving-broker.ts'
import { operationOf } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/** From one look that finds a broker empty to the one that must find it so again (kafka-operations §5.5, step 5). */
const BETWEEN_LOOKS_SECONDS = 30

/**
 * The broker holds nothing, as was seen twice with half a minute in between: no topic names it, nothing is on its way to it, and
 * nothing lies on its volume. `Holding` where a partition names it, which others must take first: topics may be made meanwhile by
 * tenants. What was moved off leaves the volume within seconds and is waited for.
 */
export const judgeDrained = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const leaving = await leavingBroker(ports, input, 'Draining')
    if (!leaving) return { verdict: 'Empty' }
    const { cluster, broker } = leaving
    const { nodeId } = broker
    const host = (await loadHost(ports.store, input.tenantId, input.clusterId, nodeId))?.record
    // A call that comes when its stop has been asked for would find nobody to ask.
    if (host?.desired?.kafka.processState === 'Stopped') return { verdict: 'Empty', nodeId }
    const target = kafkaTarget(cluster, await brokersOf(ports.store, input.tenantId, input.clusterId))
    const look = async (): Promise<Ties> => {
      try {
        return await tiesOf(ports, target, nodeId)
      } catch (thrown) {
        if (!(thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE')) throw thrown
        throw new DomainError('NOT_YET', `Broker ${nodeId} cannot be asked what it holds: ${thrown.message}`)
      }
    }
    for (const pauseSeconds of [0, BETWEEN_LOOKS_SECONDS]) {
      await ports.clock.sleep(pauseSeconds * 1000)
      let named: readonly string[] = []
      await pollOneCall(ports, async () => {
        const ties = await look()
        named = ties.named
        return named.length > 0 || ties.stored.length === 0
          ? undefined
          : `${ties.stored.length} partitions still lie on the volume of broker ${nodeId}, ${ties.stored[0]} among them.`
      })
      if (named.length === 0) continue
      await noteLandedAgain(ports, input, named)
      return { verdict: 'Holding', nodeId }
    }
    // The last border before the stop, after which there is no way back.
    const { control } = await operationOf(ports, input)
    return { verdict: control ?? 'Empty', nodeId }
  },
})
