import { changeCluster } from '../../shared/state/change-cluster.ts'
import { settleCompute } from '../../shared/state/settle-compute.ts'
import { defineStep } from '../step.ts'

/** The operation rests between two brokers until someone lets it go on or cancels it. */
export const recordPaused = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { control: _, ...operation } = draft.operation()
      if (operation.state !== 'Running') return
      draft.replaceOperation({ ...operation, state: 'Paused', pausedAt: draft.now })
      // It may rest for long.
      settleCompute(draft)
      draft.emit('kafka.operation.paused.v1', operation.operationId, { type: operation.type })
    })
    return {}
  },
})
