import type { OperationRecord, OperationUpgrade } from '../records/operation.ts'
import type { Draft } from './draft.ts'
import { nodeVersion } from './node-version.ts'

/** The release that an operation brings the nodes to; another kind of operation does not do that. */
export function upgradeOf({
  operationId,
  upgrade,
}: Pick<OperationRecord, 'operationId' | 'upgrade'>): OperationUpgrade {
  if (!upgrade) throw new TypeError(`operation ${operationId} brings no release`)
  return upgrade
}

/** The release is what the cluster shall run, also where a failed attempt had put the order back. */
export function orderRelease(draft: Draft): void {
  const { to } = upgradeOf(draft.operation())
  const { spec, specRevision } = draft.cluster()
  if (spec.kafkaVersion !== to)
    draft.setCluster({ spec: { ...spec, kafkaVersion: to }, specRevision: specRevision + 1 })
}

/**
 * The order is put back where no node runs what was ordered, or may run it: the cluster is what it was before. Where some do,
 * it stays, because someone has to say which of the two releases all of them shall run.
 */
export function putBackRelease(draft: Draft): void {
  const { upgrade } = draft.operation()
  const cluster = draft.cluster()
  const { spec, specRevision } = cluster
  if (!upgrade || upgrade.from === upgrade.to || spec.kafkaVersion !== upgrade.to) return
  const mayRun = draft
    .brokers()
    .some((node) => nodeVersion(cluster, node) === upgrade.to || node.orderedVersion === upgrade.to)
  if (!mayRun) draft.setCluster({ spec: { ...spec, kafkaVersion: upgrade.from }, specRevision: specRevision + 1 })
}
