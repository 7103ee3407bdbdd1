import type { OperationState } from '../../../shared/lifecycle/statuses.ts'
import { type Invariant, Violation } from './facts.ts'

const NEXT: Readonly<Record<OperationState, readonly OperationState[]>> = {
  Pending: ['Pending', 'Running', 'Cancelled', 'Failed'],
  Running: ['Running', 'Succeeded', 'Failed', 'Cancelled', 'Paused'],
  // Taken up again as a new attempt.
  Paused: ['Paused', 'Pending', 'Cancelled'],
  Succeeded: ['Succeeded'],
  // Taken up again where it failed.
  Failed: ['Failed', 'Pending'],
  Cancelled: ['Cancelled'],
}

const isActive = (state: OperationState) => state === 'Pending' || state === 'Running' || state === 'Paused'

/** A cluster has at most one operation that has not ended, knows which, and what has ended never begins again. */
export const oneOperation: Invariant = ({ changes }, { clusters, operations }) => {
  const touched = new Set<string>()
  for (const change of changes) {
    if (change.kind === 'cluster') touched.add(change.clusterId)
    if (change.kind !== 'operation' || !change.after) continue
    touched.add(change.after.clusterId)
    const { before, after } = change
    // What nobody works on any more begins anew, as another attempt.
    const isRenewed = before?.state === 'Running' && after.state === 'Pending' && after.attempt > before.attempt
    if (before && !isRenewed && !NEXT[before.state].includes(after.state))
      throw new Violation(`Operation ${after.operationId} went from ${before.state} to ${after.state}`)
  }
  for (const clusterId of touched) {
    const active = [...operations.values()].filter((found) => found.clusterId === clusterId && isActive(found.state))
    const known = clusters.get(clusterId)?.activeOperationId
    if (active.length > 1 || active[0]?.operationId !== known) {
      const names = active.map(({ operationId }) => operationId).join(' and ')
      throw new Violation(`Cluster ${clusterId} has active operations ${names || 'none'} and knows of ${known}`)
    }
  }
}
