import type { Json } from '../../shared/ports/store.ts'
import { childAbort } from './child-abort.ts'
import { MAX_PAYLOAD_BYTES, payloadBytes } from './failure.ts'
import type { JournalEvent } from './journal.ts'
import { lambdaFailure } from './lambda-failure.ts'
import { isObject } from './plain-json.ts'
import type { TaskState } from './program.ts'
import { type Exit, leave, recordedFailure, type Visit } from './run.ts'
import { deadlineOf, taskKeys } from './task-attempt.ts'
import { taskParameters } from './task-parameters.ts'
import { withFaults } from './with-faults.ts'

/** Runs a Task: calls its function and takes the answer, or waits for the token it handed to the function. */
export async function runTask(visit: Visit, state: TaskState): Promise<Exit> {
  return withFaults(visit, state, async (attempt) => {
    const scheduled = await schedule(attempt, state)
    const { output, ...failed } = await outcomeOf(attempt, scheduled)
    if (output === undefined) throw recordedFailure(failed)
    const { token } = scheduled.details
    const done = typeof token === 'string' ? { ...attempt, token } : attempt
    return { ...(await leave(done, state, { result: output }, output)), next: state.Next }
  })
}

async function schedule(visit: Visit, state: TaskState): Promise<JournalEvent> {
  const { log } = visit.run
  const key = taskKeys(visit.attempt).scheduled
  const known = log.get(key)
  if (known !== undefined) return known
  const details = await taskParameters(visit, state)
  visit.frame.signal.throwIfAborted()
  return log.record(key, 'TaskScheduled', () => details)
}

/** The outcome's details: with `output` when it succeeded, with `error` and `cause` when not. */
async function outcomeOf(visit: Visit, scheduled: JournalEvent): Promise<JournalEvent['details']> {
  const { log, clock } = visit.run
  const keys = taskKeys(visit.attempt)
  let invocation: Promise<void> | undefined
  for (;;) {
    visit.frame.signal.throwIfAborted()
    const outcome = log.get(keys.outcome)
    if (outcome !== undefined) return outcome.details
    const deadline = deadlineOf(log, visit.attempt)
    if (deadline !== undefined && clock.now() >= deadline.at)
      return log.record(keys.outcome, 'TaskTimedOut', () => ({ ...source(scheduled), error: deadline.error })).details
    if (log.get(keys.submitted) === undefined) invocation ??= invoke(visit, scheduled)
    const waiting = childAbort(visit.frame.signal)
    try {
      await Promise.race([
        log.written(keys.outcome, waiting.signal),
        ...(invocation === undefined || log.get(keys.submitted) !== undefined ? [] : [invocation]),
        ...(deadline === undefined ? [] : [clock.sleep(deadline.at - clock.now(), waiting.signal)]),
      ])
    } finally {
      waiting.abort()
    }
  }
}

/** Calls the function and writes what came of it, unless nobody waits for it any more. Never rejects for the function. */
async function invoke(visit: Visit, scheduled: JournalEvent): Promise<void> {
  const { log } = visit.run
  const keys = taskKeys(visit.attempt)
  const { parameters, token } = scheduled.details
  const { FunctionName, Payload } = isObject(parameters) ? parameters : {}
  log.record(keys.started, 'TaskStarted', () => source(scheduled))
  const answer = await settled(() => visit.run.invoke(String(FunctionName), Payload ?? {}))
  if (visit.frame.signal.aborted || log.get(keys.outcome) !== undefined) return
  if ('error' in answer)
    log.record(keys.outcome, 'TaskFailed', () => ({ ...source(scheduled), ...lambdaFailure(answer.error) }))
  else if (payloadBytes(answer.output) > MAX_PAYLOAD_BYTES) {
    const cause = `The result of the state '${visit.name}' is longer than the maximum of ${MAX_PAYLOAD_BYTES} bytes.`
    log.record(keys.outcome, 'TaskFailed', () => ({ ...source(scheduled), error: 'States.DataLimitExceeded', cause }))
  } else if (token === undefined)
    log.record(keys.outcome, 'TaskSucceeded', () => ({ ...source(scheduled), output: answer.output }))
  else log.record(keys.submitted, 'TaskSubmitted', () => ({ ...source(scheduled), output: answer.output }))
}

async function settled(call: () => Promise<Json>): Promise<{ readonly output: Json } | { readonly error: unknown }> {
  try {
    const answer = await call()
    // Through its JSON text, as an answer travels on the service: no undefined, no dates, nothing shared.
    const payload: Json = JSON.parse(JSON.stringify(answer ?? null))
    return { output: { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 } }
  } catch (error) {
    return { error }
  }
}

function source({ details }: JournalEvent): { readonly resourceType: Json; readonly resource: Json } {
  return { resourceType: details.resourceType ?? null, resource: details.resource ?? null }
}
