import type { Journal } from '../../local/asl/journal.ts'
import type { Around } from './intercept.ts'

/** Whoever talked to a process that died learns only that the connection broke. */
export class ProcessDied extends Error {
  override readonly name = 'ProcessDied'
}

/** The life of a process in a world where many share one thread: once dead, nothing that it began goes on. */
export interface Life {
  readonly isAlive: () => boolean
  /** Rejects with `ProcessDied` at death. */
  readonly death: Promise<never>
  die(): void
}

/** A new life. */
export function life(): Life {
  let alive = true
  const { promise, reject } = Promise.withResolvers<never>()
  promise.catch(() => undefined)
  return {
    isAlive: () => alive,
    death: promise,
    die: () => {
      alive = false
      reject(new ProcessDied('the process died'))
    },
  }
}

/** One for each caller: all that waits for a promise lives as long as the promise does. */
const never = () => new Promise<never>(() => {})

/** Lets no call out and no answer in after death. */
export function whileAlive({ isAlive }: Life, around: Around): Around {
  return async (call, run) => {
    if (!isAlive()) return never()
    try {
      const answer = await around(call, run)
      return isAlive() ? answer : never()
    } catch (thrown) {
      if (!isAlive()) return never()
      throw thrown
    }
  }
}

/** A journal that a dead process cannot write; `wrote` is told of each write and may end the process. */
export function mortalJournal({ isAlive }: Life, journal: Journal, wrote: (label: string) => void): Journal {
  const write = (label: string, put: () => void) => {
    if (!isAlive()) throw new ProcessDied('a dead process writes nothing')
    put()
    wrote(label)
    if (!isAlive()) throw new ProcessDied('the process died as it wrote')
  }
  return {
    ...journal,
    begin: (start) => write(`journal begin ${start.stateMachine}`, () => journal.begin(start)),
    append: (name, event, end) => write(`journal ${event.type} ${event.key}`, () => journal.append(name, event, end)),
  }
}
