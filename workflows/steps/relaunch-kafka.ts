import { DomainError } from '../../shared/errors/domain-error.ts'
import { settleHost } from '../../shared/state/settle-host.ts'
import { nextDesired } from '../desired-host.ts'
import { changeOwnedHost } from '../ownership.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * The host shall be what it was to be before, with Kafka started anew, and the workflow parks until it has been. The wish
 * remembers the operation, so that a repeated step never starts it a second time.
 */
export const relaunchKafka = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId, taskToken } = input
    const nodeId = nodeOf(input)
    if (taskToken === undefined) throw new TypeError('relaunchKafka parks and needs a task token')
    await changeOwnedHost(ports, input, (host) => {
      if (!host.desired) throw new DomainError('HOST_NOT_READY', `Node ${nodeId} was never told what it shall be.`)
      const { generation: _generation, revision: _revision, ...content } = host.desired
      const nonce = content.kafka.restartNonce
      const restartNonce = host.restartedFor === operationId ? nonce : nonce + 1
      const kafka = { ...content.kafka, processState: 'Running', restartNonce } as const
      const desired = nextDesired(host.desired, host.generation, { ...content, kafka })
      const wait = {
        taskToken,
        operationId,
        step: 'relaunchKafka',
        condition: 'Launched',
        revision: desired.revision,
      } as const
      return { ...host, desired, wait, restartedFor: operationId }
    })
    await settleHost(ports, tenantId, clusterId, nodeId)
    return {}
  },
})
