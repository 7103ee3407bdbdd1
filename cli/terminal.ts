import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../shared/ports/clock.ts'

/** Everything a command touches outside of itself and the API. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  /** Whether a person looks at standard output and can answer on standard input. */
  readonly interactive: boolean
  /** Whether lines that were written can be drawn again. */
  readonly redraws: boolean
  /** Aborts when the person presses Ctrl-C. */
  readonly interrupted: AbortSignal
  /** Results: standard output. */
  out(text: string): void
  /** Everything about the way there: standard error. */
  note(text: string): void
  /** All of standard input. */
  readInput(): Promise<string>
  /** Asks the person and gives the answer. */
  ask(question: string): Promise<string>
}

/** The wall clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds, signal) => {
    await sleep(milliseconds, undefined, signal === undefined ? {} : { signal })
  },
}

/** Narrower than this, or of unknown width, a terminal shows plain lines better. */
const LEAST_COLUMNS = 40

/** The terminal this process was started from. */
export function processTerminal(interrupted: AbortSignal): Terminal {
  return {
    environment: process.env,
    clock: systemClock,
    interactive: process.stdout.isTTY === true && process.stdin.isTTY === true,
    redraws: process.stdout.isTTY === true && process.stdout.columns >= LEAST_COLUMNS && process.env.TERM !== 'dumb',
    interrupted,
    out: (text) => void process.stdout.write(`${text}\n`),
    note: (text) => void process.stderr.write(`${text}\n`),
    readInput: async () => {
      const chunks: Buffer[] = []
      for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
      return Buffer.concat(chunks).toString('utf8')
    },
    ask: async (question) => {
      const { createInterface } = await import('node:readline/promises')
      const prompt = createInterface({ input: process.stdin, output: process.stdout })
      try {
        return await prompt.question(question, { signal: interrupted })
      } finally {
        prompt.close()
      }
    },
  }
}
