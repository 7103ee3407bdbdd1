import type { PlanPhase } from '../contract/plan.ts'
import { placeFurtherBrokers } from '../placement/place-further-brokers.ts'
import type { Placement } from '../placement/place-nodes.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { expansionSeconds } from './estimates.ts'
import { toBytes, usualThrottle } from './rebalance/throttle.ts'

/** The brokers that a change adds; none where it asks for no more than there are. */
export function furtherBrokers({
  cluster,
  brokers,
  wanted,
}: Pick<ChangeContext, 'cluster' | 'brokers' | 'wanted'>): readonly Placement[] {
  const { spec, highestGoneNodeId } = cluster
  const count = Math.max(0, wanted.brokers.count - spec.brokers.count)
  return placeFurtherBrokers({ zones: spec.availabilityZones, nodes: brokers, highestGoneNodeId }, count)
}

/** What it takes to have more brokers: those that join are started, nobody else is touched, and then replicas move to them. */
export function compileExpansion(context: ChangeContext): Consequence {
  const nodes = furtherBrokers(context).map(({ nodeId }) => nodeId)
  const phase: PlanPhase = {
    kind: 'expandBrokers',
    nodes,
    restarts: 0,
    estimateSeconds: expansionSeconds(nodes.length, context.facts),
  }
  return context.wishes.rebalance
    ? { phase, following: followingRebalance(context) }
    : { phase, warnings: [NOTHING_MOVES] }
}

const NOTHING_MOVES =
  'Kafka moves nothing to new brokers by itself: until the cluster is rebalanced they get partitions of new topics only.'

/** Each of the brokers that join is filled with its fair share, under the usual throttle; they are all filled at the same time. */
function followingRebalance({ cluster, wanted, facts }: ChangeContext): PlanPhase {
  const usedBytes = [...(facts.volumes?.values() ?? [])].reduce((sum, volume) => sum + (volume.usedBytes ?? 0), 0)
  const shareBytes = usedBytes / wanted.brokers.count
  const bytesPerSecond = toBytes(usualThrottle(cluster.spec.brokers.instanceType))
  return {
    kind: 'rebalanceCluster',
    nodes: [],
    restarts: 0,
    estimateSeconds: Math.max(1, Math.ceil(shareBytes / bytesPerSecond)),
  }
}
