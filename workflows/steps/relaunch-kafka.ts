import { DomainError } from '../../shared/errors/domain-error.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep } from '../step.ts'

/**
 * The host shall be what it was to be before, with Kafka started anew, and the workflow parks until it has been. The wish
 * remembers the operation, so that a repeated step never starts it a second time.
 */
export const relaunchKafka = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { operationId } = input
    await parkOnHost(ports, input, {
      step: 'relaunchKafka',
      condition: 'Launched',
      content: ({ desired, nodeId, restartedFor }) => {
        if (!desired) throw new DomainError('HOST_NOT_READY', `Node ${nodeId} was never told what it shall be.`)
        const { generation: _generation, revision: _revision, ...content } = desired
        const nonce = content.kafka.restartNonce
        const restartNonce = restartedFor === operationId ? nonce : nonce + 1
        return { ...content, kafka: { ...content.kafka, processState: 'Running', restartNonce } }
      },
      remember: { restartedFor: operationId },
    })
    return {}
  },
})
