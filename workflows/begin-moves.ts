import { nameOf } from '../shared/planner/rebalance/layout-of.ts'
import { IN_FLIGHT, nextMoves, throttledReplicas } from '../shared/planner/rebalance/next-moves.ts'
import { type PartitionMove, takersOf } from '../shared/planner/rebalance/plan-rebalance.ts'
import type { KafkaTarget } from '../shared/ports/kafka.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { asMover } from './moves.ts'
import { MOVES_PAUSE_SECONDS } from './retry.ts'
import type { StepInput } from './step.ts'

/** For so long brokers shall have something to copy: the pause between two calls, and once more until it is noticed. */
const FILLED_SECONDS = 2 * MOVES_PAUSE_SECONDS

/** What is begun, and under which throttle. */
export interface BeginMoves {
  readonly target: KafkaTarget
  readonly waiting: readonly PartitionMove[]
  readonly inFlight: readonly PartitionMove[]
  readonly throttleBytesPerSecond: number
  /** The topics that have throttled replicas; it is brought up to date. */
  readonly throttled: Map<string, string>
}

/**
 * Begins what may be begun beside what is under way, the throttle of each partition before its move, and takes the throttles of
 * topics away of which nothing is copied any more. Answers why Kafka refuses some, if it does.
 */
export async function beginMoves(
  ports: Needed<'store' | 'kafka' | 'log'>,
  input: StepInput,
  { target, waiting, inFlight, throttleBytesPerSecond, throttled }: BeginMoves,
): Promise<string | undefined> {
  const serving = new Set((await ports.kafka.brokers(target)).brokers.map(({ nodeId }) => nodeId))
  const able = waiting.filter((move) => takersOf(move).every((nodeId) => serving.has(nodeId)))
  const limits = { ...IN_FLIGHT, bytesPerBroker: throttleBytesPerSecond * FILLED_SECONDS }
  const next = nextMoves(able, inFlight, limits)
  await throttle([...inFlight, ...next])
  if (next.length === 0) return able.length < waiting.length ? 'A broker that is to take replicas is down.' : undefined
  let refused: string | undefined
  await asMover(ports, input, next, async () => {
    const wanted = next.map(({ topic, partition, to }) => ({ topic, partition, replicas: to }))
    for (const refusal of await ports.kafka.moveReplicas(target, wanted)) {
      refused = `Kafka refuses to move ${nameOf(refusal)}: ${refusal.code}. ${refusal.detail}`
      ports.log.warn('a move was refused', { operationId: input.operationId, reason: refused })
    }
  })
  return refused

  async function throttle(copied: readonly PartitionMove[]): Promise<void> {
    const wanted = throttledReplicas(copied)
    const changed = wanted.filter((one) => throttled.get(one.topic) !== JSON.stringify(one))
    const gone = [...throttled.keys()].filter((topic) => wanted.every((one) => one.topic !== topic))
    if (changed.length > 0) {
      await asMover(ports, input, [], () => ports.kafka.throttleReplicas(target, changed))
      for (const one of changed) throttled.set(one.topic, JSON.stringify(one))
    }
    if (gone.length > 0) await ports.kafka.clearTopicThrottles(target, gone)
    for (const topic of gone) throttled.delete(topic)
  }
}
