import { systemClock } from '../../functions/adapters/system-clock.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { checkStream, type StreamCheck } from './check.ts'
import type { StreamAccess } from './kafka/connection.ts'
import { kafkaStreamCluster } from './kafka/kafka-cluster.ts'
import { DEFAULT_PLAN, type StreamPlan } from './plan.ts'

/** How the cluster is reached and what is written; what is not said is as in `DEFAULT_PLAN`. */
export type StreamCheckInput = StreamAccess & Partial<StreamPlan> & Pick<StreamPlan, 'topics'>

/** A wall clock that is never set back or forth: a gap must not come out of the machine's time being corrected. */
const steadyClock: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() }

/**
 * Starts to write to a real cluster with acks=all and idempotence at a steady rate, and to read all of it at the same time.
 * Rejects when the topics cannot be prepared.
 */
export async function startStreamCheck(input: StreamCheckInput): Promise<StreamCheck> {
  const cluster = kafkaStreamCluster(input)
  try {
    return await checkStream(cluster, steadyClock, { ...DEFAULT_PLAN, ...input })
  } catch (error) {
    cluster.close()
    throw error
  }
}
