import { errorOutput, matchesError, StateFailure } from './failure.ts'
import type { Catcher, Retrier } from './program.ts'
import { chooseRetrier, retryDelayMilliseconds } from './retry.ts'
import { type Exit, leave, refailEvaluation, type Visit } from './run.ts'

/** Attempts a state again as its Retriers say, and leaves through its Catchers when none of them takes the error. */
export async function withFaults(
  visit: Visit,
  {
    Retry = [],
    Catch = [],
  }: { readonly Retry?: readonly Retrier[] | undefined; readonly Catch?: readonly Catcher[] | undefined },
  attemptState: (visit: Visit) => Promise<Exit>,
): Promise<Exit> {
  const used = Retry.map(() => 0)
  for (let retryCount = 0; ; retryCount++) {
    const attempt = { ...visit, attempt: `${visit.key}/${retryCount}`, retryCount }
    try {
      refailEvaluation(attempt)
      return await attemptState(attempt)
    } catch (failure) {
      if (!(failure instanceof StateFailure)) throw failure
      const index = chooseRetrier(Retry, used, failure.error)
      const retrier = index === undefined ? undefined : Retry[index]
      if (index === undefined || retrier === undefined) return leaveThroughCatch(attempt, Catch, failure)
      await waitForRetry(attempt, retrier, used[index] ?? 0)
      used[index] = (used[index] ?? 0) + 1
    }
  }
}

async function waitForRetry({ run, frame, attempt }: Visit, retrier: Retrier, used: number): Promise<void> {
  frame.signal.throwIfAborted()
  const scheduled = run.log.record(`${attempt}/retry`, 'RetryScheduled', () => ({
    at: run.clock.now() + retryDelayMilliseconds(retrier, used, run.random),
  }))
  const at = Number(scheduled.details.at)
  if (at > run.clock.now()) await run.clock.sleep(at - run.clock.now(), frame.signal)
}

async function leaveThroughCatch(visit: Visit, catchers: readonly Catcher[], failure: StateFailure): Promise<Exit> {
  const catcher = catchers.find(({ ErrorEquals }) => matchesError(ErrorEquals, failure.error))
  if (catcher === undefined) throw failure
  const output = errorOutput(failure)
  // A failed evaluation in a Catcher is a second one in this attempt, so it has a key of its own.
  const inCatch = { ...visit, attempt: `${visit.attempt}/catch` }
  refailEvaluation(inCatch)
  return { ...(await leave(inCatch, catcher, { errorOutput: output }, output)), next: catcher.Next }
}
