import type { ClusterSpec } from '../contract/cluster-spec.ts'
import { configChangeOf } from '../planner/config-phase.ts'
import type { PlanFacts } from '../planner/facts.ts'
import type { ClusterRecord, ConfigRevisionRecord } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import type { OperationConfig } from '../records/operation.ts'
import type { Draft } from './draft.ts'
import { putRecord } from './stored.ts'

/** What an operation has to know to change the Kafka configuration and to take the change back. */
export function operationConfig(cluster: ClusterRecord, wanted: ClusterSpec, facts: PlanFacts): OperationConfig {
  const { spec, configRevision = 1, newestConfigRevision = 1 } = cluster
  return {
    revision: newestConfigRevision + 1,
    to: wanted.config,
    previousRevision: configRevision,
    from: spec.config,
    change: configChangeOf(cluster, wanted, facts),
    // Whatever the new configuration leaves in a file, the way back must outrank it.
    undo: configChangeOf({ ...cluster, spec: wanted }, spec, {
      ...facts,
      configKeysInFiles: facts.configKeysInFiles ?? new Set(),
    }),
  }
}

/** The new configuration stands in the history of the cluster from the moment that it is accepted. */
export function addConfigRevision(draft: Draft, { revision, to, from }: OperationConfig): void {
  const { tenantId, clusterId } = draft.cluster()
  const { requestedBy, operationId } = draft.operation()
  const row: ConfigRevisionRecord = {
    revision,
    config: to,
    previous: from,
    requestedBy,
    operationId,
    createdAt: draft.now,
  }
  draft.setCluster({ newestConfigRevision: revision })
  draft.also(putRecord(keys.configRevision(tenantId, clusterId, revision), row, undefined))
}
