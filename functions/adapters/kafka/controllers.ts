import type { Connection } from '@platformatic/kafka'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import { type Entrance, unavailable, withConnection } from './connections.ts'
import { isPassing } from './failures.ts'

/**
 * Calls on the active controller, which needs no word of any broker: the others refuse in passing. The call must bear
 * being repeated. KAFKA_UNAVAILABLE when none of them answers.
 */
export async function onController<T>(
  target: KafkaTarget,
  entrance: Entrance,
  call: (connection: Connection) => Promise<T>,
): Promise<T> {
  const failures: unknown[] = []
  for (const address of target.controllers) {
    try {
      return await withConnection(address, entrance, call)
    } catch (error) {
      if (!isPassing(error)) throw error
      failures.push(error)
    }
  }
  throw unavailable(failures)
}
