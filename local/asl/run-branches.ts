import type { Json } from '../../shared/ports/store.ts'
import { childAbort } from './child-abort.ts'
import { ExecutionClosed } from './execution-log.ts'
import { StateFailure } from './failure.ts'
import { recordedFailure, type Visit } from './run.ts'

/**
 * Runs the branches of a Parallel or the iterations of a Map, at most `concurrency` at a time. The first that fails
 * stops the others, and its failure is written down as that of the whole attempt before anyone sees it.
 */
export async function runBranches(
  visit: Visit,
  type: 'Map' | 'Parallel',
  branches: { readonly count: number; readonly concurrency: number },
  runBranch: (index: number, signal: AbortSignal) => Promise<Json>,
): Promise<readonly Json[]> {
  const { log } = visit.run
  const settled = `${visit.attempt}/settled`
  const before = log.get(settled)
  if (before?.type === `${type}StateFailed`) throw recordedFailure(before.details)

  const others = childAbort(visit.frame.signal)
  const outputs = new Array<Json>(branches.count).fill(null)
  let first: { readonly error: unknown } | undefined
  let next = 0
  const takeBranches = async () => {
    try {
      while (first === undefined && next < branches.count) {
        const index = next++
        outputs[index] = await runBranch(index, others.signal)
      }
    } catch (error) {
      first ??= { error }
      others.abort(new ExecutionClosed('another branch failed'))
    }
  }
  await Promise.all(Array.from({ length: Math.min(branches.concurrency, branches.count) }, takeBranches))
  others.abort()
  visit.frame.signal.throwIfAborted()
  if (first === undefined) {
    log.record(settled, `${type}StateSucceeded`)
    return outputs
  }
  const { error } = first
  if (error instanceof StateFailure) log.record(settled, `${type}StateFailed`, () => failureDetails(error))
  throw error
}

/** A failure as an event tells it. */
export function failureDetails({ error, cause }: StateFailure): { readonly [name: string]: Json } {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) }
}
