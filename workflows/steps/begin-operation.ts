import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep } from '../step.ts'

/** Takes the operation up: it is Running from here on. Answers the nodes that the Maps go over, by id, and what was planned. */
export const beginOperation = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: (input, ports) =>
    changeCluster(ports, input, (draft) => {
      const operation = draft.operation()
      if (operation.state === 'Pending') {
        draft.setOperation({ state: 'Running', startedAt: new Date(ports.clock.now()).toISOString() })
        draft.emit('kafka.operation.started.v1', operation.operationId, {
          type: operation.type,
          attempt: operation.attempt,
        })
      }
      const brokers = draft.brokers()
      return {
        nodes: brokers.map(({ nodeId }) => nodeId),
        brokers: brokers.filter(({ roles }) => roles.includes('broker')).map(({ nodeId }) => nodeId),
        keeps: operation.keepDays !== undefined,
        phases: operation.plan?.phases.map(({ kind }) => kind) ?? [],
      }
    }),
})
