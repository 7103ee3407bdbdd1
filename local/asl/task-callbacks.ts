import type { Clock } from '../../shared/ports/clock.ts'
import type { Json } from '../../shared/ports/store.ts'
import { checkSize, EngineError } from './errors.ts'
import type { ExecutionLog } from './execution-log.ts'
import type { Journal } from './journal.ts'
import { deadlineOf, isAbandoned, taskKeys } from './task-attempt.ts'
import { readTaskToken } from './task-token.ts'

/** How the outside ends or keeps alive a Task that waits for its token. They reject with `TaskDoesNotExist` for a token
 * never given out, and with `TaskTimedOut` for one whose Task is over. They work before executions are resumed, too. */
export interface TaskCallbacks {
  sendTaskSuccess(token: string, output: Json): Promise<void>
  sendTaskFailure(token: string, failure?: { readonly error?: string; readonly cause?: string }): Promise<void>
  sendTaskHeartbeat(token: string): Promise<void>
}

/** Callbacks that write the outcome into the execution's log, where its run finds it: now, or when it is resumed. */
export function createTaskCallbacks(engine: {
  readonly journal: Journal
  readonly clock: Clock
  readonly logOf: (execution: string) => ExecutionLog
}): TaskCallbacks {
  const { journal, clock, logOf } = engine

  function waitingTask(token: string) {
    const place = readTaskToken(token)
    const record = place === undefined ? undefined : journal.execution(place.execution)
    if (place === undefined || record === undefined) throw unknownToken()
    const keys = taskKeys(place.attempt)
    if (record.end !== undefined) {
      const given = journal.events(place.execution).find(({ key }) => key === keys.scheduled)
      throw given?.details.token === token ? overToken() : unknownToken()
    }
    const log = logOf(place.execution)
    if (log.get(keys.scheduled)?.details.token !== token) throw unknownToken()
    const deadline = deadlineOf(log, place.attempt)
    const isLate = deadline !== undefined && clock.now() >= deadline.at
    if (isLate || log.get(keys.outcome) !== undefined || isAbandoned(log, place.attempt)) throw overToken()
    return { log, keys }
  }

  return {
    sendTaskSuccess: async (token, output) => {
      checkSize(output, 'InvalidOutput')
      const { log, keys } = waitingTask(token)
      log.record(keys.outcome, 'TaskSucceeded', () => ({ ...SOURCE, output: structuredClone(output) }))
    },
    sendTaskFailure: async (token, failure = {}) => {
      const { log, keys } = waitingTask(token)
      log.record(keys.outcome, 'TaskFailed', () => ({ ...SOURCE, ...failure }))
    },
    sendTaskHeartbeat: async (token) => {
      const { log, keys } = waitingTask(token)
      log.replace(keys.heartbeat, 'HeartbeatReceived', {})
    },
  }
}

const SOURCE = { resourceType: 'lambda', resource: 'invoke.waitForTaskToken' }

function unknownToken(): EngineError {
  return new EngineError('TaskDoesNotExist', 'no task was ever given this token')
}

function overToken(): EngineError {
  return new EngineError('TaskTimedOut', 'the task of this token is over')
}
