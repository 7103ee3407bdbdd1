import type { ParallelState } from './program.ts'
import { type Exit, evaluateField, leave, type Visit } from './run.ts'
import { runBranches } from './run-branches.ts'
import { runStates } from './run-states.ts'
import { withFaults } from './with-faults.ts'

/** Runs all branches of a Parallel at once, each with the same input. */
export async function runParallel(visit: Visit, state: ParallelState): Promise<Exit> {
  return withFaults(visit, state, async (attempt) => {
    const { run, frame, variables } = attempt
    const key = `${attempt.attempt}/started`
    if (run.log.get(key) === undefined) {
      const input =
        state.Arguments === undefined ? attempt.input : await evaluateField(attempt, 'Arguments', state.Arguments)
      run.log.record(key, 'ParallelStateStarted', () => ({ input }))
    }
    const input = run.log.get(key)?.details.input ?? null
    const count = state.Branches.length
    const outputs = await runBranches(attempt, 'Parallel', { count, concurrency: count }, async (index, signal) => {
      const states = state.Branches[index]
      if (states === undefined) throw new Error(`there is no branch ${index}`)
      return runStates(run, { ...frame, key: `${attempt.attempt}/${index}`, states, outer: variables, signal }, input)
    })
    return { ...(await leave(attempt, state, { result: outputs }, outputs)), next: state.Next }
  })
}
