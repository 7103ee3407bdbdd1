import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Plan } from '../contract/plan.ts'
import { configChangeOf } from '../planner/config-phase.ts'
import type { PlanFacts } from '../planner/facts.ts'
import type { ClusterRecord, ConfigRevisionRecord, OperationConfig } from '../records/cluster.ts'
import { keys } from '../records/keys.ts'
import type { Requester } from './accept-create.ts'
import type { OrderedOperation } from './accept-operation.ts'
import { putRecord } from './stored.ts'

/** For the dynamic part, which takes seconds, and for each node that is restarted (kafka-operations §5.3). */
const BASE_MINUTES = 15
const MINUTES_PER_NODE = 30

/** The operation that changes the Kafka configuration, with the row of its history. */
export function orderedConfigUpdate(
  requester: Requester,
  cluster: ClusterRecord,
  wanted: ClusterSpec,
  facts: PlanFacts,
  plan: Plan,
): OrderedOperation {
  const nodes = plan.phases.flatMap((phase) => phase.nodes)
  const { tenantId, clusterId, spec } = cluster
  const revision = (cluster.newestConfigRevision ?? 1) + 1
  const config: OperationConfig = {
    revision,
    to: wanted.config,
    previousRevision: cluster.configRevision ?? 1,
    from: spec.config,
    change: configChangeOf(cluster, wanted, facts),
    // Whatever the new configuration leaves in a file, the way back must outrank it.
    undo: configChangeOf({ ...cluster, spec: wanted }, spec, {
      ...facts,
      configKeysInFiles: facts.configKeysInFiles ?? new Set(),
    }),
  }
  return {
    type: 'updateConfig',
    nodes,
    deadlineMinutes: BASE_MINUTES + MINUTES_PER_NODE * nodes.length,
    warnings: plan.warnings,
    spec: wanted,
    plan,
    config,
    also: (draft) => {
      draft.setCluster({ configRevision: revision, newestConfigRevision: revision })
      const row: ConfigRevisionRecord = {
        revision,
        config: wanted.config,
        previous: spec.config,
        requestedBy: requester.requestedBy,
        operationId: draft.operation().operationId,
        createdAt: draft.now,
      }
      draft.also(putRecord(keys.configRevision(tenantId, clusterId, revision), row, undefined))
    },
  }
}
