import type { EventBus } from '../shared/ports/event-bus.ts'
import type { EventRecord } from '../shared/records/event.ts'

/** The bus of one machine: listeners in this process; everyone else reads `GET /v1/events`. */
export interface LocalEvents extends EventBus {
  onEvent(listener: (event: EventRecord) => void): () => void
}

/** A bus without listeners yet. */
export function localEvents(): LocalEvents {
  const listeners = new Set<(event: EventRecord) => void>()
  return {
    publish: async (events) => {
      for (const event of events) for (const listener of listeners) listener(event)
    },
    onEvent: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
