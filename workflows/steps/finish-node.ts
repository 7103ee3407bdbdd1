import { changeCluster } from '../../shared/state/change-cluster.ts'
import { defineStep, nodeOf } from '../step.ts'

/** The operation is done with this broker, which serves again. */
export const finishNode = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { statusReason: _, ...broker } = draft.broker(nodeOf(input))
      if (broker.doneIn === input.operationId && broker.status === 'Active') return
      draft.enterBroker(broker.nodeId, 'Active', {
        health: 'Healthy',
        doneIn: input.operationId,
        configRevision: draft.cluster().configRevision ?? 1,
      })
    })
    return {}
  },
})
