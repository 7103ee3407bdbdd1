import { createEngine, type Engine } from '../../../local/asl/engine.ts'
import type { Journal } from '../../../local/asl/journal.ts'
import type { Random } from '../../../local/asl/random.ts'
import type { Invoke } from '../../../local/asl/run.ts'
import type { VirtualClock } from '../../../local/virtual-clock.ts'
import type { Json } from '../../../shared/ports/store.ts'

/** A journal of a process that lives for `writes` writes, and a promise of its death. */
export interface Mortal {
  readonly journal: Journal
  readonly death: Promise<void>
}

/** A journal that throws at every call after its last write, as a killed process never writes again. */
export function mortal(journal: Journal, writes: number, diesAt: 'the write' | 'the next write'): Mortal {
  let left = writes
  const { promise: death, resolve: die } = Promise.withResolvers<void>()
  const write = (put: () => void) => {
    if (left > 0) put()
    if (left === 0 || (left === 1 && diesAt === 'the write')) {
      left = 0
      die()
      throw new Error('killed')
    }
    left--
  }
  const begin: Journal['begin'] = (start) => write(() => journal.begin(start))
  const append: Journal['append'] = (name, event, end) => write(() => journal.append(name, event, end))
  return { journal: { ...journal, begin, append }, death }
}

/** The same for a process that nothing kills. */
export function immortal(journal: Journal): Mortal {
  return { journal, death: new Promise(() => {}) }
}

/** What a process is born with; only the journal and the clock outlive it. */
export interface Birth {
  readonly definition: Json
  readonly input: Json
  readonly invoke: Invoke
  readonly clock: VirtualClock
  readonly random: Random
}

/** Runs the execution `run` in a new engine until it ends or the process of that engine dies. */
export async function live(
  { journal, death }: Mortal,
  { definition, input, invoke, clock, random }: Birth,
  born: (engine: Engine) => void = () => undefined,
): Promise<'ended' | 'killed'> {
  const engine = createEngine({ definitions: { m: definition }, invoke, journal, clock, random })
  born(engine)
  const life = async () => {
    await engine.resumeAll()
    if (journal.execution('run') === undefined) await engine.start({ stateMachine: 'm', name: 'run', input })
    await engine.ended('run')
    return 'ended' as const
  }
  const died = death.then(() => 'killed' as const)
  const how = await clock.runUntil(Promise.race([died, life().catch(() => died)]))
  await engine.close()
  return how
}
