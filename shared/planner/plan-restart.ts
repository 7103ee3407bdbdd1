import type { Plan } from '../contract/plan.ts'
import type { RestartMode } from '../contract/restart.ts'
import { type MinInSync, unprotectedPartitions } from '../kafka-safety/roll-gates.ts'
import { nextToRoll } from '../kafka-safety/roll-order.ts'
import type { TopicView } from '../ports/kafka.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'
import { statusBlockers } from './plan-change.ts'

/** What a restart depends on, as Kafka itself says. */
export interface SeenKafka {
  readonly leaderId: number
  readonly topics: readonly TopicView[]
  readonly minInSync: MinInSync
}

/** Partitions named in a warning; the number of all of them is said. */
const NAMED_PARTITIONS = 10

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

function exposedWarnings({ topics, minInSync }: SeenKafka, nodeIds: readonly number[]): readonly string[] {
  const exposed = unprotectedPartitions(topics, minInSync, nodeIds)
  if (exposed.length === 0) return []
  const named = exposed.slice(0, NAMED_PARTITIONS).join(', ')
  const more = exposed.length > NAMED_PARTITIONS ? ` and ${exposed.length - NAMED_PARTITIONS} more` : ''
  return [
    `${exposed.length} partitions have no replica to spare and will refuse writes while their broker restarts: ${named}${more}.`,
  ]
}
