import type { ClusterRecord } from '../../../shared/records/cluster.ts'
import { type Commit, type Invariant, Violation } from './facts.ts'

/**
 * A step writes nothing about a cluster that another operation has taken over, however late it wakes up; only its own
 * story may grow.
 */
export const fencedWriters: Invariant = (commit, { clusters, operations }) => {
  const { writer, changes } = commit
  if (!writer) return
  const operation = operations.get(writer.operationId)
  if (!operation || changes.every(({ kind }) => kind === 'story')) return
  const { clusterId } = operation
  const cluster = clusters.get(clusterId) ?? lastOf(commit, clusterId)
  if (cluster?.generation !== operation.generation)
    throw new Violation(
      `${writer.step} of operation ${writer.operationId} (generation ${operation.generation}) changed ${kinds(commit)} of cluster ${clusterId} of generation ${cluster?.generation ?? 'none: it is gone'}`,
    )
}

function lastOf({ changes }: Commit, clusterId: string): ClusterRecord | undefined {
  const gone = changes.find((change) => change.kind === 'tombstone' && change.clusterId === clusterId)
  return gone?.kind === 'tombstone' ? gone.after : undefined
}

const kinds = ({ changes }: Commit) => [...new Set(changes.map(({ kind }) => kind))].join(', ')
