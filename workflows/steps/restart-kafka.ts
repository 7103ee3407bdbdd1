import { DomainError } from '../../shared/errors/domain-error.ts'
import { loadBrokers, loadHost } from '../../shared/state/load.ts'
import { changeHost, settleHost } from '../../shared/state/settle-host.ts'
import { desiredContent, nextDesired } from '../desired-host.ts'
import { ownedCluster } from '../ownership.ts'
import { closedGate } from '../roll-gate.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * Kafka on this host is stopped and started, and the workflow parks until it runs again. The gates are asked right here,
 * before the wish is written, because what was safe a minute ago may not be now; NOT_YET while one is closed. The wish
 * remembers the operation, so that a step that is repeated never restarts a second time (kafka-operations §5.3).
 */
export const restartKafka = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId, taskToken } = input
    const nodeId = nodeOf(input)
    if (taskToken === undefined) throw new TypeError('restartKafka parks and needs a task token')
    const cluster = await ownedCluster(ports, input)
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const host = await loadHost(ports.store, tenantId, clusterId, nodeId)
    if (host?.record.restartedFor !== operationId) {
      const reason = await closedGate(ports, input, cluster, brokers, nodeId)
      if (reason !== undefined) throw new DomainError('NOT_YET', reason)
    }
    await changeHost(ports, tenantId, clusterId, nodeId, (before) => {
      const nonce = before.desired?.kafka.restartNonce ?? 1
      const restartNonce = before.restartedFor === operationId ? nonce : nonce + 1
      const content = desiredContent(cluster, brokers, nodeId, 'Running', restartNonce)
      const desired = nextDesired(before.desired, before.generation, content)
      const wait = {
        taskToken,
        operationId,
        step: 'restartKafka',
        condition: 'Running',
        revision: desired.revision,
      } as const
      return { ...before, desired, wait, restartedFor: operationId }
    })
    await settleHost(ports, tenantId, clusterId, nodeId)
    return {}
  },
})
