import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Plan, PlanPhase } from '../contract/plan.ts'
import { LIFECYCLE, type OperationType } from '../lifecycle/lifecycle.ts'
import { brokerStatus } from '../lifecycle/transitions.ts'
import { furtherBrokers } from '../planner/expand-phase.ts'
import type { PlanFacts } from '../planner/facts.ts'
import { expansionUsage, growthGiB } from '../planner/plan-change.ts'
import { BALANCE_KINDS } from '../planner/rebalance/plan-rebalance.ts'
import { usualThrottle } from '../planner/rebalance/throttle.ts'
import { DRAIN_KINDS } from '../planner/shrink-phase.ts'
import type { Store } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { OperationRebalance } from '../records/rebalance.ts'
import type { OrderedOperation } from './accept-operation.ts'
import { deadlineMinutes } from './deadline-minutes.ts'
import type { Draft } from './draft.ts'
import { finalisedLevels } from './finalised-levels.ts'
import { nodeVersion } from './node-version.ts'
import { addConfigRevision, operationConfig } from './order-config-update.ts'
import { quotaWrite } from './quota.ts'

/** A plan, and what it was made from. */
export interface PlannedOperation {
  readonly type: OperationType
  readonly plan: Plan
  readonly cluster: ClusterRecord
  readonly brokers: readonly BrokerRecord[]
  readonly wanted: ClusterSpec
  readonly facts: PlanFacts
}

/**
 * The operation that carries out a plan, with all that its phases take: the growth is charged and the configuration is
 * written into the history in the transaction that accepts it.
 */
export function orderedChange(store: Store, planned: PlannedOperation): OrderedOperation {
  const { type, plan, cluster, brokers, wanted, facts } = planned
  const phase = (kind: PlanPhase['kind']) => plan.phases.find((each) => each.kind === kind)
  const extension = phase('extendVolumes')
  const expansion = phase('expandBrokers')
  const update = phase('updateConfig')
  const upgrade = phase('upgradeKafka')
  const shrink = phase('shrinkBrokers')
  const config = update && operationConfig(cluster, wanted, facts)
  // Another phase comes first: what Kafka is started with meanwhile is the configuration that it has.
  const isConfigLater = config !== undefined && plan.phases[0] !== update
  return {
    type,
    nodes: [...new Set(plan.phases.flatMap(({ nodes }) => nodes))],
    deadlineMinutes: deadlineMinutes(plan),
    warnings: plan.warnings,
    spec: isConfigLater ? { ...wanted, config: cluster.spec.config } : wanted,
    plan,
    ...(config && { config }),
    ...(upgrade && { upgrade: { from: cluster.spec.kafkaVersion, to: wanted.kafkaVersion } }),
    ...(expansion && phase('rebalanceCluster') && { rebalance: usualRebalance(cluster) }),
    ...(shrink && { rebalance: { ...usualRebalance(cluster), kinds: DRAIN_KINDS, leaving: shrink.nodes } }),
    also: async (draft) => {
      if (phase('updateNetwork')) draft.setCluster({ networkLags: true })
      // From here on the cluster's release is the one that is ordered, and each node has its own.
      if (upgrade) keepNodeVersions(draft, cluster)
      if (extension) await chargeGrowth(draft, extension.nodes)
      if (expansion) await addBrokers(draft)
      if (config) addConfigRevision(draft, config)
      if (config && !isConfigLater) draft.setCluster({ configRevision: config.revision })
    },
  }

  async function chargeGrowth(draft: Draft, nodes: readonly number[]): Promise<void> {
    const growth = { clusters: 0, brokers: 0, volumeGiB: growthGiB(brokers, wanted, facts) }
    draft.also(await quotaWrite(store, cluster.tenantId, growth))
    for (const nodeId of nodes) draft.setBroker(nodeId, { orderedGiB: wanted.brokers.volumeGiB })
  }

  /** They count against the limits from now on, and are not billed before they serve. */
  async function addBrokers(draft: Draft): Promise<void> {
    draft.also(await quotaWrite(store, cluster.tenantId, expansionUsage(planned)))
    const { volumeGiB } = wanted.brokers
    const { configRevision } = cluster
    for (const placement of furtherBrokers(planned))
      draft.addBroker({
        ...placement,
        status: brokerStatus('expandBrokers', undefined, LIFECYCLE.expandBrokers.broker.path[0]),
        health: 'Unknown',
        volumeGiB,
        joining: draft.operation().operationId,
        ...(configRevision !== undefined && { configRevision }),
      })
  }
}

/** What is moved where nobody says otherwise: everything is brought into balance, under the usual throttle. */
function usualRebalance({ spec }: ClusterRecord): OperationRebalance {
  return { kinds: BALANCE_KINDS, throttleMiBPerSecond: usualThrottle(spec.brokers.instanceType) }
}

function keepNodeVersions(draft: Draft, before: ClusterRecord): void {
  draft.setCluster({ featureLevels: finalisedLevels(before) })
  for (const node of draft.brokers())
    if (node.kafkaVersion === undefined) draft.setBroker(node.nodeId, { kafkaVersion: nodeVersion(before, node) })
}
