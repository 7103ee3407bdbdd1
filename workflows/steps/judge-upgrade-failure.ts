import { changeCluster } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { hostsOf } from '../../shared/state/load.ts'
import { nodeVersion } from '../../shared/state/node-version.ts'
import { upgradeOf } from '../../shared/state/upgrade-order.ts'
import { culpritOf, failureOf, stepsBefore } from '../failure-cause.ts'
import { defineStep } from '../step.ts'

/**
 * The release does not work: why is kept, with Kafka's own lines as they are now, and the answer names the node that was
 * restarted with it and is not back, whose own release it gets again. Nodes that are done serve and are left alone.
 */
export const judgeUpgradeFailure = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const error = await failureOf(ports, input, culpritOf(await stepsBefore(ports, input, 'judgeUpgradeFailure')))
    const hosts = await hostsOf(ports.store, tenantId, clusterId)
    return changeCluster(ports, input, (draft) => {
      const operation = draft.operation()
      const left = draft.brokers().filter(({ orderedVersion }) => orderedVersion !== undefined)
      const isRestarted = (id: number) =>
        hosts.some(({ nodeId, restartedFor }) => nodeId === id && restartedFor === operationId)
      const halfDone = left.find(({ nodeId }) => isRestarted(nodeId))
      if (!operation.error && operation.finishedAt === undefined)
        draft.setOperation({ error: { ...error, detail: `${error.detail}\n${whatNext(draft)}` } })
      return halfDone ? { verdict: 'Restore', nodeId: halfDone.nodeId } : { verdict: 'Leave' }
    })
  },
})

/** What is so now, and what whoever reads it can do about it. */
function whatNext(draft: Draft): string {
  const { from, to } = upgradeOf(draft.operation())
  const cluster = draft.cluster()
  const done = draft.brokers().filter((node) => nodeVersion(cluster, node) === to && node.orderedVersion === undefined)
  if (done.length === 0) return `No node runs Kafka ${to}. The operation can be resumed.`
  const ids = done.map(({ nodeId }) => nodeId).join(', ')
  const back = from === to ? 'the older release' : `Kafka ${from}`
  return `Nodes that run Kafka ${to}: ${ids}. Resume the operation, or order ${back} to go back.`
}
