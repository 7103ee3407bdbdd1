import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../../shared/state/load.ts'
import { namedPartitions } from '../emptiness.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { noteLandedAgain } from '../landed-again.ts'
import { leavingBroker } from '../leaving-broker.ts'
import { pollOneCall } from '../poll.ts'
import { defineStep } from '../step.ts'

/**
 * Whether a broker that was stopped may go: `Stopped` where no partition names it. A topic that was made in the very moment of the stop
 * may: then it has to come back (`Revive`) and be emptied again. `Holding` where it was not stopped, for it held something.
 */
export const judgeStopped = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const leaving = await leavingBroker(ports, input, 'Draining')
    if (!leaving) return { verdict: 'Stopped' }
    const { cluster, broker } = leaving
    const { nodeId } = broker
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    if (!host) throw new DomainError('HOST_NOT_READY', `Node ${nodeId} has no host.`)
    if (host.desired?.kafka.processState !== 'Stopped') return { verdict: 'Holding', nodeId }
    const target = kafkaTarget(cluster, await brokersOf(ports.store, tenantId, clusterId))
    let named: readonly string[] = []
    await pollOneCall(ports, () =>
      lookAtKafka(async () => {
        named = await namedPartitions(ports, target, nodeId)
        return undefined
      }),
    )
    if (named.length > 0) await noteLandedAgain(ports, input, named)
    return { verdict: named.length > 0 ? 'Revive' : 'Stopped', nodeId }
  },
})
