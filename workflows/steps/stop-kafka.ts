import { DomainError } from '../../shared/errors/domain-error.ts'
import { loadHost } from '../../shared/state/load.ts'
import { isHeard } from '../../shared/state/silence.ts'
import { stoppedContent } from '../desired-host.ts'
import { ownedBroker } from '../ownership.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep, nodeOf } from '../step.ts'
import { isBeingStopped } from '../stop-order.ts'
import { agreedMoment } from '../stop-together.ts'

/**
 * Kafka on this host shall end in its own time, and the workflow parks until it has: leaders move while others can take over,
 * and the logs are closed, so that the next start has nothing to recover. Nodes that are the quorum themselves stop at the same
 * moment. A host that is not heard of is not waited for.
 */
export const stopKafka = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const { broker } = await ownedBroker(ports, input)
    const host = (await loadHost(ports.store, tenantId, clusterId, nodeOf(input)))?.record
    const detail = `The host of node ${broker.nodeId} is not heard of.`
    if (!isBeingStopped(broker) || host?.instanceId === undefined || !isHeard(host, ports.clock.now()))
      throw new DomainError('HOST_NOT_READY', detail, { metadata: { nodeId: broker.nodeId } })
    const stopAt = await agreedMoment(ports, input, broker, host)
    await parkOnHost(ports, input, {
      step: 'stopKafka',
      condition: 'Stopped',
      content: (current) => {
        // A call that hung finds the machine that was started since.
        if (current.incarnation !== host.incarnation) throw new DomainError('OPERATION_SUPERSEDED', detail)
        return stoppedContent(current, stopAt)
      },
    })
    return {}
  },
})
