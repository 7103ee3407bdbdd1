import type { PlanPhase } from '../contract/plan.ts'
import { chooseLeaving, leavingViolation } from '../placement/choose-leaving.ts'
import { canCordon } from '../state/can-cordon.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'
import { leastSeconds } from './rebalance/next-moves.ts'
import { type BalanceKind, planRebalance, type RebalancePlan } from './rebalance/plan-rebalance.ts'
import { toBytes, usualThrottle } from './rebalance/throttle.ts'
import { shrinkBlockers, unseenBlockers } from './shrink-blockers.ts'

/** What is brought into balance when brokers are emptied: their replicas go where most room is, and leading costs no copy. */
export const DRAIN_KINDS = ['leaders'] as const satisfies readonly BalanceKind[]

/**
 * What it takes to have fewer brokers (kafka-operations §5.5): those that leave give all of their replicas to the others, and go
 * one after the other. Refused unless every replica finds a place on those that stay, in its zone where it can, with room to
 * spare; and unless all is well, because copying is no time for other trouble.
 */
export function compileShrink(context: ChangeContext): Consequence {
  const { cluster, brokers, wanted, facts } = context
  const staying = wanted.brokers.count
  const violation = facts.leaving && leavingViolation(brokers, wanted.availabilityZones, staying, facts.leaving)
  if (violation !== undefined)
    return { blockers: [{ code: 'INVALID_FIELD', pointer: '/brokers/removeNodeIds', detail: violation }] }
  const nodes = facts.leaving ?? chooseLeaving(brokers, staying)
  const { layout } = facts
  if (layout === undefined || layout === 'unknown')
    return { phase: phaseOf(nodes, undefined, facts), blockers: unseenBlockers(cluster, layout) }
  const spots = layout.brokers.map((broker) => ({ ...broker, leaving: nodes.includes(broker.nodeId) }))
  const drain = planRebalance({ ...layout, brokers: spots }, DRAIN_KINDS)
  const throttle = toBytes(usualThrottle(cluster.spec.brokers.instanceType))
  return {
    phase: phaseOf(nodes, { ...drain, seconds: leastSeconds(drain.moves, throttle) }, facts),
    warnings: canCordon(cluster) ? [] : [NOT_CORDONED],
    blockers: shrinkBlockers(context, drain, nodes),
  }
}

const NOT_CORDONED =
  'This release of Kafka cannot be told to put nothing new on brokers that leave: topics that clients make meanwhile by themselves may land there and are moved off again.'

type Drain = RebalancePlan & { readonly seconds: number }

function phaseOf(nodes: readonly number[], drain: Drain | undefined, facts: PlanFacts): PlanPhase {
  const removal = estimateSeconds('shrinkBrokers', nodes.length, facts)
  return {
    kind: 'shrinkBrokers',
    nodes: [...nodes],
    restarts: 0,
    ...(drain && { moves: { partitions: drain.moves.length, bytes: drain.bytes } }),
    estimateSeconds: removal + Math.ceil(drain?.seconds ?? 0),
  }
}
