import { DomainError } from '../shared/errors/domain-error.ts'
import { nameOf, sizesByName } from '../shared/planner/rebalance/layout-of.ts'
import { type PartitionMove, takersOf } from '../shared/planner/rebalance/plan-rebalance.ts'
import type { MeasuredMove } from '../shared/planner/rebalance/progress.ts'
import type { KafkaTarget, TopicView } from '../shared/ports/kafka.ts'
import type { ReplicaSize } from '../shared/ports/kafka-moves.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { sizesOf } from '../shared/state/see-layout.ts'
import { brokersInvolved } from './moves.ts'

/** How far the moves under way are, and how large their partitions are at a moment. */
export interface Measurement {
  readonly at: number
  readonly measured: readonly MeasuredMove[]
  /** Of each partition under way what its leader has, and the brokers that give or take it. */
  readonly leaders: ReadonlyMap<string, { readonly bytes: number; readonly nodeIds: readonly number[] }>
}

/** Asks the brokers that give and take how much they have. One that does not answer says nothing of its replicas. */
export async function measureMoves(
  ports: Needed<'kafka' | 'clock'>,
  target: KafkaTarget,
  inFlight: readonly PartitionMove[],
  topics: readonly TopicView[],
): Promise<Measurement> {
  const sizes = await sizesOf(brokersInvolved(inFlight), (nodeId) => askedSizes(ports, target, nodeId))
  const byName = sizesByName(sizes)
  const leaderOf = new Map(
    topics.flatMap(({ name: topic, partitions }) =>
      partitions.map(({ partition, leader }) => [nameOf({ topic, partition }), leader] as const),
    ),
  )
  const measured: MeasuredMove[] = []
  const leaders = new Map<string, { bytes: number; nodeIds: readonly number[] }>()
  for (const move of inFlight) {
    const name = nameOf(move)
    const leader = leaderOf.get(name) ?? -1
    const replicas = byName.get(name)
    const bytes = replicas?.get(leader)
    if (bytes === undefined) continue
    const takers = takersOf(move)
    const copies = takers.map((nodeId) => replicas?.get(nodeId) ?? 0)
    const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0)
    measured.push({
      name,
      leftBytes: sum(copies.map((copy) => Math.max(0, bytes - copy))),
      copiedBytes: sum(copies),
    })
    leaders.set(name, { bytes, nodeIds: [...takers, leader] })
  }
  return { at: ports.clock.now(), measured, leaders }
}

/** The most that came in at one broker's moved replicas between two measurements, in bytes per second. */
export function incomingBytesPerSecond(before: Measurement, after: Measurement): number {
  const seconds = (after.at - before.at) / 1000
  if (seconds <= 0) return 0
  const grown = new Map<number, number>()
  for (const [name, { bytes, nodeIds }] of after.leaders) {
    const was = before.leaders.get(name)?.bytes
    if (was === undefined) continue
    // Retention takes away, and says nothing of what comes in.
    for (const nodeId of nodeIds) grown.set(nodeId, (grown.get(nodeId) ?? 0) + Math.max(0, bytes - was))
  }
  return Math.max(0, ...grown.values()) / seconds
}

async function askedSizes(
  { kafka }: Needed<'kafka'>,
  target: KafkaTarget,
  nodeId: number,
): Promise<readonly ReplicaSize[] | undefined> {
  try {
    return await kafka.replicaSizes(target, nodeId)
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return undefined
    throw thrown
  }
}
