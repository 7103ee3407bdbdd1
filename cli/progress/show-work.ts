import { Listr } from 'listr2'
import type { Terminal } from '../terminal.ts'
import type { ProgressLine } from './operation-progress.ts'

/** What a piece of work tells while it goes on. */
export interface WorkDisplay {
  /** Replaces the title. */
  title(text: string): void
  /** Replaces the lines below it. */
  lines(lines: readonly ProgressLine[]): void
}

/** Where a piece of work is shown: drawn again and again where a person looks on, else one line for every change. */
export type WorkStage = <T>(title: string, work: (display: WorkDisplay) => Promise<T>) => Promise<T>

/** The stage for a terminal; `live: false` writes plain lines in any case. */
export function workStage(
  terminal: Terminal,
  options: { readonly live: boolean; readonly toNotes?: boolean },
): WorkStage {
  if (options.live) return liveWork
  const write = options.toNotes === true ? terminal.note : terminal.out
  return (title, work) => plainWork(write, title, work)
}

async function plainWork<T>(
  write: (text: string) => void,
  title: string,
  work: (display: WorkDisplay) => Promise<T>,
): Promise<T> {
  const written = new Map<string, string>()
  let lastTitle = title
  write(title)
  return work({
    title: (text) => {
      if (text !== lastTitle) write(text)
      lastTitle = text
    },
    lines: (lines) => {
      for (const { key, text } of lines) {
        if (written.get(key) !== text) write(`  ${text}`)
        written.set(key, text)
      }
    },
  })
}

/** A spinner that becomes a tick or a cross, with the lines below it redrawn in place. */
async function liveWork<T>(title: string, work: (display: WorkDisplay) => Promise<T>): Promise<T> {
  const results: T[] = []
  const list = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          const result = await work({
            title: (text) => {
              task.title = text
            },
            lines: (lines) => {
              task.output = lines.map(liveText).join('\n')
            },
          })
          results.push(result)
        },
        rendererOptions: { persistentOutput: true },
      },
    ],
    {
      // Ctrl-C belongs to whoever started the work.
      registerSignalListeners: false,
      // A failure is told by whoever catches it.
      rendererOptions: { formatOutput: 'truncate', collapseErrors: true, showErrorMessage: false },
    },
  )
  await list.run()
  const [result] = results
  if (results.length === 0) throw new TypeError('the work ended without a result')
  return result as T
}

const liveText = ({ text, elapsed }: ProgressLine) => (elapsed === undefined ? text : `${text}  ${elapsed}`)
