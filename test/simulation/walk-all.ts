import fc from 'fast-check'

/** Which walks to take; `path` leads straight to the one that failed. */
export interface WalkChoice {
  readonly seed: number
  readonly runs: number
  readonly path?: string
}

const SEED = 'WEIR_SIMULATION_SEED'
const RUNS = 'WEIR_SIMULATION_WALKS'
const PATH = 'WEIR_SIMULATION_PATH'

/** Walks that a run of the tests takes unless it is told otherwise. */
const USUAL_RUNS = 40
/** Then it is time to say how far it came, and what was found until there. */
const LONGEST_MILLISECONDS = 3_000_000

/** Reads which walks to take: other ones and more of them for nights, and the one that failed to look into it. */
export function walkChoice(environment: Readonly<Record<string, string | undefined>>): WalkChoice {
  const path = environment[PATH]
  return {
    seed: Number(environment[SEED] ?? 1),
    runs: Number(environment[RUNS] ?? USUAL_RUNS),
    ...(path !== undefined && path !== '' && { path }),
  }
}

/**
 * Takes walks, and makes one that fails as short as it can. The error says what the walk was, with the trace of its world,
 * and how to take it again.
 */
export async function walkAll<W>(
  walks: fc.Arbitrary<W>,
  { seed, runs, path }: WalkChoice,
  walk: (walk: W, seed: number) => Promise<void>,
): Promise<void> {
  const property = fc.asyncProperty(walks, fc.nat(1000), walk)
  const details = await fc.check(property, {
    seed,
    numRuns: runs,
    interruptAfterTimeLimit: LONGEST_MILLISECONDS,
    markInterruptAsFailure: false,
    ...(path !== undefined && { path, endOnFailure: true }),
  })
  if (!details.failed) return
  const again = `${SEED}=${details.seed} ${PATH}=${details.counterexamplePath} npx vitest run --project simulation test/simulation/random-walks.test.ts`
  throw new Error(
    [
      `Walk ${details.numRuns} failed, made shorter ${details.numShrinks} times. Again: ${again}`,
      JSON.stringify(details.counterexample),
      String(details.errorInstance),
    ].join('\n'),
    { cause: details.errorInstance },
  )
}
