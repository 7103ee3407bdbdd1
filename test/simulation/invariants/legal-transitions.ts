import type { OperationType } from '../../../shared/lifecycle/lifecycle.ts'
import { brokerTransitions, clusterTransitions } from '../../../shared/lifecycle/transitions.ts'
import { type Commit, type Facts, type Invariant, Violation } from './facts.ts'

const edge = (type: OperationType, from: string | undefined, to: string) => `${type}: ${from ?? 'nothing'} to ${to}`
const CLUSTER_EDGES = new Set(clusterTransitions().map(({ operation, from, to }) => edge(operation, from, to)))
const BROKER_EDGES = new Set(brokerTransitions().map(({ operation, from, to }) => edge(operation, from, to)))

/** Statuses change only as the lifecycle table allows the operation that owns the cluster. */
export const legalTransitions: Invariant = (commit, facts) => {
  for (const change of commit.changes) {
    if (change.kind === 'cluster') {
      const to = change.after?.status ?? tombstoneStatus(commit, change.clusterId)
      check('Cluster', CLUSTER_EDGES, owner(commit, facts, change.clusterId), change.before?.status, to)
    }
    if (change.kind === 'broker') {
      const { before, after } = change
      // Rows of brokers end only with their cluster, when they have come to their end themselves.
      const what = `Broker ${(after ?? before)?.nodeId} of`
      check(what, BROKER_EDGES, owner(commit, facts, change.clusterId), before?.status, after?.status ?? 'Deleted')
    }
  }
}

function check(
  what: string,
  edges: ReadonlySet<string>,
  { clusterId, type }: { clusterId: string; type: OperationType | undefined },
  from: string | undefined,
  to: string,
): void {
  if (from === to) return
  if (type === undefined) throw new Violation(`${what} ${clusterId} went from ${from} to ${to} without an operation`)
  if (!edges.has(edge(type, from, to))) throw new Violation(`${what} ${clusterId} went by ${edge(type, from, to)}`)
}

function tombstoneStatus({ changes }: Commit, clusterId: string): string {
  const tombstone = changes.find((change) => change.kind === 'tombstone' && change.clusterId === clusterId)
  if (tombstone?.kind !== 'tombstone' || !tombstone.after) throw new Violation(`Cluster ${clusterId} left no tombstone`)
  return tombstone.after.status
}

/** The kind of operation that owns a cluster during this commit. */
function owner({ changes }: Commit, { clusters, operations }: Facts, clusterId: string) {
  const change = changes.find((found) => found.kind === 'cluster' && found.clusterId === clusterId)
  const own = change?.kind === 'cluster' ? change : undefined
  const operationId =
    own?.after?.activeOperationId ?? own?.before?.activeOperationId ?? clusters.get(clusterId)?.activeOperationId
  return { clusterId, type: operationId === undefined ? undefined : operations.get(operationId)?.type }
}
