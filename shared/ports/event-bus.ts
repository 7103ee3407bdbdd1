import type { EventRecord } from '../records/event.ts'

/** Where automation listens. At least once, in no promised order: consumers go by id and sequence. */
export interface EventBus {
  publish(events: readonly EventRecord[]): Promise<void>
}
