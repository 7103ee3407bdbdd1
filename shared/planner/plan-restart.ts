import type { Plan } from '../contract/plan.ts'
import type { RestartMode } from '../contract/restart.ts'
import { nextToRoll } from '../kafka-safety/roll-order.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { estimateSeconds } from './estimates.ts'
import { exposedWarnings, type SeenTopics } from './exposed-partitions.ts'
import type { PlanFacts } from './facts.ts'
import { statusBlockers } from './plan-change.ts'

/** What a restart depends on, as Kafka itself says. */
export interface SeenKafka extends SeenTopics {
  readonly leaderId: number
}

/**
 * What the restart of these nodes comes to: their order as the leader of the quorum stands now, and the partitions that
 * nothing can protect meanwhile. Without a look at Kafka the nodes stand by their ids, and no partition is judged.
 */
export function planRestart(
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  mode: RestartMode,
  facts: PlanFacts,
  seen?: SeenKafka,
): Plan {
  const order = inRollOrder(nodes, seen?.leaderId ?? -1)
  const estimate = estimateSeconds('rebootBrokers', nodes.length, facts, mode)
  return {
    operation: 'rebootBrokers',
    changes: [],
    phases: [{ kind: 'rebootBrokers', mode, nodes: order, restarts: nodes.length, estimateSeconds: estimate }],
    restarts: nodes.length,
    estimateSeconds: estimate,
    warnings: seen ? [...exposedWarnings(seen, order)] : [],
    blockers: [...statusBlockers(cluster, 'rebootBrokers')],
  }
}

function inRollOrder(nodes: readonly BrokerRecord[], leaderId: number): number[] {
  const next = nextToRoll(nodes, leaderId)
  if (!next) return []
  const { nodeId } = next
  return [
    nodeId,
    ...inRollOrder(
      nodes.filter((node) => node.nodeId !== nodeId),
      leaderId,
    ),
  ]
}
