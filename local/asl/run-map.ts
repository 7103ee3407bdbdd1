import type { Json } from '../../shared/ports/store.ts'
import { checkPayload, StateFailure } from './failure.ts'
import type { JournalEvent } from './journal.ts'
import type { MapState } from './program.ts'
import { type Exit, evaluateField, evaluationFailure, leave, recordedFailure, type Visit } from './run.ts'
import { failureDetails, runBranches } from './run-branches.ts'
import { runStates } from './run-states.ts'
import { withFaults } from './with-faults.ts'

/** How many iterations of an inline Map the service runs at once when the definition sets no limit. */
const MAX_INLINE_CONCURRENCY = 40

/** Runs the item processor of a Map once per item. */
export async function runMap(visit: Visit, state: MapState): Promise<Exit> {
  return withFaults(visit, state, async (attempt) => {
    const { items, maxConcurrency } = (await start(attempt, state)).details
    const all: readonly Json[] = Array.isArray(items) ? items : []
    const limit = typeof maxConcurrency === 'number' && maxConcurrency > 0 ? maxConcurrency : MAX_INLINE_CONCURRENCY
    refailIteration(attempt, all.length)
    const branches = { count: all.length, concurrency: Math.min(limit, MAX_INLINE_CONCURRENCY) }
    const outputs = await runBranches(attempt, 'Map', branches, (index, signal) =>
      runIteration({ ...attempt, frame: { ...attempt.frame, signal } }, state, index, all[index] ?? null),
    )
    checkPayload(outputs, `result of the state '${visit.name}'`)
    return { ...(await leave(attempt, state, { result: outputs }, outputs)), next: state.Next }
  })
}

async function start(visit: Visit, state: MapState): Promise<JournalEvent> {
  const { log } = visit.run
  const key = `${visit.attempt}/started`
  const known = log.get(key)
  if (known !== undefined) return known
  const items = state.Items === undefined ? visit.input : await evaluateField(visit, 'Items', state.Items)
  if (!Array.isArray(items))
    throw evaluationFailure(visit, 'Items', `The field 'Items' must give an array, not ${JSON.stringify(items)}.`)
  const maxConcurrency = await evaluateField(visit, 'MaxConcurrency', state.MaxConcurrency ?? 0)
  if (typeof maxConcurrency !== 'number' || !Number.isInteger(maxConcurrency) || maxConcurrency < 0)
    throw evaluationFailure(visit, 'MaxConcurrency', `The field 'MaxConcurrency' must be a whole number of 0 or more.`)
  return log.record(key, 'MapStateStarted', () => ({ length: items.length, items, maxConcurrency }))
}

/** An iteration may have failed just before the run was resumed: the attempt has then failed, and nothing goes on. */
function refailIteration({ run, attempt }: Visit, count: number): void {
  for (let index = 0; index < count; index++) {
    const ended = run.log.get(`${attempt}/${index}/ended`)
    if (ended?.type !== 'MapIterationFailed') continue
    run.log.record(`${attempt}/settled`, 'MapStateFailed', () => ended.details)
    throw recordedFailure(ended.details)
  }
}

async function runIteration(visit: Visit, state: MapState, index: number, item: Json): Promise<Json> {
  const { log } = visit.run
  const key = `${visit.attempt}/${index}`
  const map = { Item: { Index: index, Value: item } }
  if (log.get(`${key}/started`) === undefined) {
    const selecting = { ...visit, frame: { ...visit.frame, map } }
    const input =
      state.ItemSelector === undefined ? item : await evaluateField(selecting, 'ItemSelector', state.ItemSelector)
    visit.frame.signal.throwIfAborted()
    log.record(`${key}/started`, 'MapIterationStarted', () => ({ name: visit.name, index, input }))
  }
  const input = log.get(`${key}/started`)?.details.input ?? null
  const frame = { ...visit.frame, key, map, states: state.ItemProcessor, outer: visit.variables }
  try {
    const output = await runStates(visit.run, frame, input)
    log.record(`${key}/ended`, 'MapIterationSucceeded', () => ({ name: visit.name, index }))
    return output
  } catch (error) {
    if (error instanceof StateFailure && !visit.frame.signal.aborted)
      log.record(`${key}/ended`, 'MapIterationFailed', () => ({ name: visit.name, index, ...failureDetails(error) }))
    throw error
  }
}
