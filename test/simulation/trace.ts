import type { Clock } from '../../shared/ports/clock.ts'
import type { Commit } from './invariants/facts.ts'
import type { RecordChange } from './record-change.ts'

/** What happened in a world, for whoever has to find out why it went wrong. */
export interface Trace {
  note(what: string, detail: () => string): void
  commit(commit: Commit): void
  /** The last lines, each with its time since the beginning. */
  print(lines?: number): string
  /** What another trace needs to go on from here. */
  save(): SavedTrace
}

/** What has happened up to a moment. */
export interface SavedTrace {
  readonly begin: number
  readonly entries: readonly { readonly at: number; readonly text: () => string }[]
}

const LINES = 120

/** A trace, empty unless it goes on from another; nothing is put into words before someone asks. */
export function createTrace(clock: Clock, saved: SavedTrace = { begin: clock.now(), entries: [] }): Trace {
  const { begin } = saved
  const entries = [...saved.entries]
  const add = (text: () => string) => {
    entries.push({ at: clock.now(), text })
  }
  return {
    note: (what, detail) => add(() => `${what} ${detail()}`),
    commit: ({ changes, writer }) => {
      const told = changes.filter(({ kind }) => kind === 'cluster' || kind === 'broker' || kind === 'operation')
      if (told.length === 0) return
      add(() => `${writer ? `${writer.step} ${writer.nodeId ?? ''}` : 'others'}: ${told.map(describe).join('; ')}`)
    },
    save: () => ({ begin, entries: [...entries] }),
    print: (lines = LINES) =>
      entries
        .slice(-lines)
        .map(({ at, text }) => `${((at - begin) / 1000).toFixed(1).padStart(9)} s  ${text()}`)
        .join('\n'),
  }
}

function describe(change: RecordChange): string {
  if (change.kind === 'operation') return `operation ${change.after?.operationId} ${change.after?.state}`
  if (change.kind === 'broker') return `broker ${change.after?.nodeId} ${change.after?.status ?? 'gone'}`
  if (change.kind === 'cluster') return `cluster ${change.clusterId} ${change.after?.status ?? 'gone'}`
  return change.kind
}
