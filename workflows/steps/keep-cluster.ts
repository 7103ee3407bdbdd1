import { changeCluster } from '../../shared/state/change-cluster.ts'
import { endOperation } from '../../shared/state/end-operation.ts'
import { defineStep } from '../step.ts'

const DAY_MILLISECONDS = 86_400_000

/** The cluster is deleted and can be restored until its days are over: out of the list, but not gone. */
export const keepCluster = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    await changeCluster(ports, input, (draft) => {
      const { state, keepDays = 0 } = draft.operation()
      if (state === 'Succeeded') return
      // No compute has been billed since the delete was accepted.
      for (const { nodeId } of draft.brokers()) draft.setReleased(nodeId, true)
      const restorableUntil = new Date(Date.parse(draft.now) + keepDays * DAY_MILLISECONDS).toISOString()
      draft.setCluster({ restorableUntil })
      draft.emit('kafka.cluster.kept.v1', input.clusterId, { name: draft.cluster().spec.name, restorableUntil })
      endOperation(draft, { state: 'Succeeded', cluster: 'Deleted', health: 'Unknown' })
    })
    return {}
  },
})
