import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { PlanPhase } from '../contract/plan.ts'
import { inboundRules } from '../network/inbound-rules.ts'
import type { ClusterRecord } from '../records/cluster.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'
import { isSame } from './same.ts'

/**
 * The phase that lets in those who are wanted and nobody else, around brokers that it does not touch; none where they are let in
 * already, whatever the groups are called that they were ordered in.
 */
export function networkPhase(cluster: ClusterRecord, wanted: ClusterSpec, facts: PlanFacts): PlanPhase | undefined {
  const isInForce = cluster.networkLags !== true
  if (isInForce && isSame(inboundRules(cluster.spec.network), inboundRules(wanted.network))) return undefined
  return { kind: 'updateNetwork', nodes: [], restarts: 0, estimateSeconds: estimateSeconds('updateNetwork', 1, facts) }
}
