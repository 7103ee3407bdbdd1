import { DomainError } from '../../shared/errors/domain-error.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../../shared/state/load.ts'
import { withProcess } from '../desired-host.ts'
import { tiesOf } from '../emptiness.ts'
import { leavingBroker } from '../leaving-broker.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep } from '../step.ts'

/**
 * Kafka of a broker that holds nothing is stopped, with time to hand over, and the workflow parks until it is. Whether it holds
 * nothing is asked once more right here, before the wish is written: where something has landed on it meanwhile it runs on, and the
 * workflow goes on at once to whoever finds that out. Written once, the wish stays.
 */
export const stopBroker = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId, taskToken } = input
    const leaving = await leavingBroker(ports, input, 'Draining')
    if (!leaving) return {}
    const { cluster, broker } = leaving
    const { nodeId } = broker
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
    if (host?.desired?.kafka.processState !== 'Stopped' && (await holdsSomething())) {
      if (taskToken !== undefined) await ports.workflows.succeed(taskToken, {})
      return {}
    }
    await parkOnHost(ports, input, {
      step: 'stopBroker',
      condition: 'Stopped',
      content: (current) => withProcess(current, 'Stopped'),
    })
    return {}

    async function holdsSomething(): Promise<boolean> {
      try {
        const target = kafkaTarget(cluster, await brokersOf(ports.store, tenantId, clusterId))
        const { named, stored } = await tiesOf(ports, target, nodeId)
        return named.length + stored.length > 0
      } catch (thrown) {
        if (!(thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE')) throw thrown
        throw new DomainError('NOT_YET', `Broker ${nodeId} cannot be asked what it holds: ${thrown.message}`)
      }
    }
  },
})
