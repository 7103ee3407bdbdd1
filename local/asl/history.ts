import type { Json } from '../../shared/ports/store.ts'
import { type ExecutionRecord, HIDDEN_TYPES, type JournalEvent } from './journal.ts'

/** An event as the service's history shows it; `id` counts from 1. */
export interface HistoryEvent {
  readonly id: number
  /** RFC 3339, UTC. */
  readonly timestamp: string
  readonly type: string
  readonly details: { readonly [name: string]: Json }
}

/** What the service tells of an execution without its history. */
export interface ExecutionDescription {
  readonly name: string
  readonly stateMachine: string
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'
  readonly input: Json
  readonly output?: Json
  readonly error?: string
  readonly cause?: string
  /** RFC 3339, UTC. */
  readonly startDate: string
  readonly stopDate?: string
}

const STATUS = {
  ExecutionSucceeded: 'SUCCEEDED',
  ExecutionFailed: 'FAILED',
  ExecutionTimedOut: 'TIMED_OUT',
  ExecutionAborted: 'ABORTED',
} as const

/** The journal's record as a description. */
export function describeExecution({
  name,
  stateMachine,
  input,
  startedAt,
  end,
}: ExecutionRecord): ExecutionDescription {
  const started = { name, stateMachine, input, startDate: new Date(startedAt).toISOString() }
  if (end === undefined) return { ...started, status: 'RUNNING' }
  const { type, endedAt, ...how } = end
  return { ...started, ...how, status: STATUS[type], stopDate: new Date(endedAt).toISOString() }
}

/** The journal's events as the service would list them. */
export function historyOf(events: readonly JournalEvent[]): readonly HistoryEvent[] {
  return events
    .filter(({ type }) => !HIDDEN_TYPES.has(type))
    .map(({ timestamp, type, details }, index) => ({
      id: index + 1,
      timestamp: new Date(timestamp).toISOString(),
      type,
      details,
    }))
}
