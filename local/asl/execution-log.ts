import type { Clock } from '../../shared/ports/clock.ts'
import { StateFailure } from './failure.ts'
import { type ExecutionEnd, HIDDEN_TYPES, type Journal, type JournalEvent } from './journal.ts'

/** The most events the history of one execution may have, a hard limit of the service. */
export const MAX_HISTORY_EVENTS = 25_000

/** The engine stopped or the execution ended: whoever still works on it must leave without writing. */
export class ExecutionClosed extends Error {
  override readonly name = 'ExecutionClosed'
}

type Details = JournalEvent['details']

/**
 * The events of one execution by key. A run asks here before it does a step: what is recorded is taken from the record,
 * what is not is done and then recorded. So a run that starts again from the beginning is the same run, further on.
 */
export interface ExecutionLog {
  get(key: string): JournalEvent | undefined
  /** The recorded event of this key, or a new one with the details that `details` gives now. */
  record(key: string, type: string, details?: () => Details): JournalEvent
  /** Writes over the event of this key. */
  replace(key: string, type: string, details: Details): void
  /** Writes the last event and ends the execution. */
  finish(end: Omit<ExecutionEnd, 'endedAt'>): ExecutionEnd
  /** Resolves when an event of this key is written, at once when it is there already. */
  written(key: string, signal: AbortSignal): Promise<void>
  /** The id that the history shows for the event of this key, 0 when there is none. */
  historyId(key: string): number
  /** From now on every write throws `ExecutionClosed`. */
  close(): void
}

/** The log of an execution, with everything the journal holds of it. */
export function openLog(name: string, journal: Journal, clock: Clock): ExecutionLog {
  const events = new Map(journal.events(name).map((event) => [event.key, event]))
  const ids = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  let closed = false
  for (const event of events.values()) count(event)

  function count({ key, type }: JournalEvent): void {
    if (!HIDDEN_TYPES.has(type) && !ids.has(key)) ids.set(key, ids.size + 1)
  }

  function write(event: JournalEvent, end?: ExecutionEnd): void {
    if (closed) throw new ExecutionClosed(`the execution ${name} is closed`)
    if (end === undefined && ids.size >= MAX_HISTORY_EVENTS - 1)
      throw new StateFailure('States.Runtime', `The execution reached the limit of ${MAX_HISTORY_EVENTS} events.`)
    journal.append(name, event, end)
    events.set(event.key, event)
    count(event)
    for (const wake of waiting.get(event.key) ?? []) wake()
  }

  function record(key: string, type: string, details?: () => Details): JournalEvent {
    const known = events.get(key)
    if (known !== undefined) return known
    const event = { key, timestamp: clock.now(), type, details: details?.() ?? {} }
    write(event)
    return event
  }

  function finish(how: Omit<ExecutionEnd, 'endedAt'>): ExecutionEnd {
    const { type, ...details } = how
    const end = { ...how, endedAt: clock.now() }
    write({ key: 'end', timestamp: end.endedAt, type, details }, end)
    closed = true
    return end
  }

  function written(key: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      if (events.has(key)) return resolve()
      const waiters = waiting.get(key) ?? new Set()
      waiting.set(key, waiters)
      const leave = () => {
        waiters.delete(wake)
        if (waiters.size === 0) waiting.delete(key)
        signal.removeEventListener('abort', onAbort)
      }
      const wake = () => {
        leave()
        resolve()
      }
      const onAbort = () => {
        leave()
        reject(signal.reason)
      }
      waiters.add(wake)
      signal.addEventListener('abort', onAbort, { once: true })
    })
  }

  return {
    get: (key) => events.get(key),
    record,
    replace: (key, type, details) => write({ key, timestamp: clock.now(), type, details }),
    finish,
    written,
    historyId: (key) => ids.get(key) ?? 0,
    close: () => {
      closed = true
    },
  }
}
