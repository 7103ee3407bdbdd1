import type { Json } from '../../shared/ports/store.ts'

/**
 * One thing that happened in an execution, for good. Types are those of the service's execution history, and three more
 * (`HIDDEN_TYPES`) that only resuming needs. `key` says which step of the run it belongs to, so that a resumed run finds
 * it again instead of doing the step twice.
 */
export interface JournalEvent {
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly timestamp: number
  readonly type: string
  readonly details: { readonly [name: string]: Json }
}

/** Events that the service's history does not have: they are kept for resuming and left out of the history. */
export const HIDDEN_TYPES: ReadonlySet<string> = new Set(['RetryScheduled', 'WaitScheduled', 'HeartbeatReceived'])

/** What an execution was started with. The definition is kept with it: a running execution never changes its course. */
export interface ExecutionStart {
  readonly name: string
  readonly stateMachine: string
  readonly definition: Json
  readonly input: Json
  /** Milliseconds since the epoch. */
  readonly startedAt: number
}

/** How an execution ended, as its last history event says it. */
export interface ExecutionEnd {
  readonly type: 'ExecutionSucceeded' | 'ExecutionFailed' | 'ExecutionTimedOut' | 'ExecutionAborted'
  readonly output?: Json
  readonly error?: string
  readonly cause?: string
  /** Milliseconds since the epoch. */
  readonly endedAt: number
}

/** An execution as the journal knows it, without its events. */
export interface ExecutionRecord extends ExecutionStart {
  readonly end?: ExecutionEnd
}

/**
 * Where executions outlive the process. Every call is one atomic, durable write or one read, and returns when it is done:
 * the interpreter goes on only with what is written.
 */
export interface Journal {
  /** Writes a new execution; its name must be new. */
  begin(start: ExecutionStart): void
  /** Adds an event, or replaces the one with the same key; with `end`, also ends the execution in the same write. */
  append(execution: string, event: JournalEvent, end?: ExecutionEnd): void
  execution(name: string): ExecutionRecord | undefined
  /** The events in the order of their first writing. */
  events(execution: string): readonly JournalEvent[]
  /** The names of executions that have not ended, oldest first. */
  running(): readonly string[]
}

/** A journal that tells what another one has to know of the past. */
export interface MemoryJournal extends Journal {
  /** The executions that have ended, without their events. */
  ended(): readonly ExecutionRecord[]
}

/** A journal that lives as long as the process; it knows of executions that ended before. */
export function createMemoryJournal(ended: readonly ExecutionRecord[] = []): MemoryJournal {
  const executions = new Map<string, { record: ExecutionRecord; readonly events: Map<string, JournalEvent> }>(
    ended.map((record) => [record.name, { record, events: new Map() }]),
  )

  function known(name: string) {
    const execution = executions.get(name)
    if (execution === undefined) throw new Error(`the journal has no execution ${name}`)
    return execution
  }

  return {
    begin: (start) => {
      if (executions.has(start.name)) throw new Error(`the journal already has an execution ${start.name}`)
      executions.set(start.name, { record: start, events: new Map() })
    },
    append: (name, event, end) => {
      const execution = known(name)
      execution.events.set(event.key, event)
      if (end !== undefined) execution.record = { ...execution.record, end }
    },
    execution: (name) => executions.get(name)?.record,
    events: (name) => [...(executions.get(name)?.events.values() ?? [])],
    ended: () => [...executions.values()].flatMap(({ record }) => (record.end === undefined ? [] : record)),
    running: () => [...executions.values()].filter(({ record }) => record.end === undefined).map((e) => e.record.name),
  }
}
