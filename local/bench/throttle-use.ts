import { setTimeout as pause } from 'node:timers/promises'
import { type PartitionMove, takersOf } from '../../shared/planner/rebalance/plan-rebalance.ts'
import type { Kafka, KafkaTarget } from '../../shared/ports/kafka.ts'

/** How often brokers are asked what they have received. */
const SAMPLE_MILLISECONDS = 1000

/** Kafka lets a throttled replica be fetched in bursts and counts over so long: `replication.quota.window.num` of a second each. */
const WINDOW_SECONDS = 11

/** From here on the throttle is what holds a broker up in a window. */
const USED = 0.8

interface Sample {
  readonly at: number
  readonly received: number
}

/** How well a throttle was used on the broker that took the most. */
export interface ThrottleUse {
  readonly nodeId: number
  readonly bytes: number
  readonly seconds: number
  /** Of the whole run, the part in which at least 0.8 of the throttle was used. */
  readonly share: number
  /** What was received of what the throttle would have let through in the whole run. */
  readonly mean: number
}

/** Watches what the broker that takes the most receives while `run` goes on. */
export async function watchThrottle(
  kafka: Kafka,
  target: KafkaTarget,
  moves: readonly PartitionMove[],
  bytesPerSecond: number,
  run: () => Promise<unknown>,
): Promise<ThrottleUse> {
  const nodeId = busiestTaker(moves)
  const names = new Set(
    moves.flatMap((move) => (takersOf(move).includes(nodeId) ? [`${move.topic}-${move.partition}`] : [])),
  )
  const sample = async (): Promise<Sample> => {
    const held = await kafka.replicaSizes(target, nodeId)
    const ours = held.filter(({ topic, partition }) => names.has(`${topic}-${partition}`))
    return { at: performance.now(), received: ours.reduce((sum, { bytes }) => sum + bytes, 0) }
  }
  const samples = [await sample()]
  let isOver = false
  const running = run().finally(() => {
    isOver = true
  })
  // It is looked at below; until then nobody shall miss its failure.
  running.catch(() => undefined)
  while (!isOver) {
    await Promise.race([running.catch(() => undefined), pause(SAMPLE_MILLISECONDS)])
    samples.push(await sample())
  }
  await running
  return { nodeId, ...usedOf(samples, bytesPerSecond) }
}

/** The use of a throttle, from what had been received at each moment. */
export function usedOf(samples: readonly Sample[], bytesPerSecond: number): Omit<ThrottleUse, 'nodeId'> {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last) throw new RangeError('nothing was sampled')
  const bytes = last.received - first.received
  const seconds = (last.at - first.at) / 1000
  let usedSeconds = 0
  for (let start = first; start.at < last.at; ) {
    const until = start.at + WINDOW_SECONDS * 1000
    const end = samples.find(({ at }) => at >= until) ?? last
    const length = (end.at - start.at) / 1000
    if (end.received - start.received >= USED * bytesPerSecond * length) usedSeconds += length
    start = end
  }
  return { bytes, seconds, share: usedSeconds / seconds, mean: bytes / (bytesPerSecond * seconds) }
}

function busiestTaker(moves: readonly PartitionMove[]): number {
  const taken = new Map<number, number>()
  for (const move of moves) {
    const takers = takersOf(move)
    for (const nodeId of takers) taken.set(nodeId, (taken.get(nodeId) ?? 0) + move.bytes / takers.length)
  }
  const [busiest] = [...taken].toSorted(([, one], [, other]) => other - one)
  if (!busiest) throw new RangeError('nothing is moved')
  return busiest[0]
}
