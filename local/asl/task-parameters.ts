import type { Json } from '../../shared/ports/store.ts'
import { checkPayload, StateFailure } from './failure.ts'
import { isObject } from './plain-json.ts'
import type { TaskState } from './program.ts'
import { evaluateField, evaluationFailure, type Visit } from './run.ts'
import { isSeconds, LAMBDA_WAIT } from './state-fields.ts'
import { taskToken } from './task-token.ts'

/** The details of a `TaskScheduled` event: everything a repeated invocation needs to be the same invocation. */
export async function taskParameters(visit: Visit, state: TaskState): Promise<{ readonly [name: string]: Json }> {
  const waits = state.Resource === LAMBDA_WAIT
  const token = waits ? taskToken(visit.run.executionName, visit.attempt, visit.run.random) : undefined
  const scheduling = token === undefined ? visit : { ...visit, token }
  const { FunctionName, Payload } = state.Arguments
  const template = { FunctionName, ...(Payload === undefined ? {} : { Payload }) }
  const parameters = await evaluateField(scheduling, 'Arguments', template)
  checkPayload(parameters, `value of Arguments in the state '${visit.name}'`)
  if (!isObject(parameters) || typeof parameters.FunctionName !== 'string')
    throw new StateFailure('States.Runtime', `FunctionName in the state '${visit.name}' must give a string.`)
  const timeoutInSeconds = await seconds(scheduling, 'TimeoutSeconds', state.TimeoutSeconds)
  const heartbeatInSeconds = await seconds(scheduling, 'HeartbeatSeconds', state.HeartbeatSeconds)
  return {
    resourceType: 'lambda',
    resource: waits ? 'invoke.waitForTaskToken' : 'invoke',
    parameters,
    ...(timeoutInSeconds === undefined ? {} : { timeoutInSeconds }),
    ...(heartbeatInSeconds === undefined ? {} : { heartbeatInSeconds }),
    ...(token === undefined ? {} : { token }),
  }
}

async function seconds(visit: Visit, field: string, template: string | number | undefined) {
  if (template === undefined) return undefined
  const value = await evaluateField(visit, field, template)
  if (isSeconds(value, 1)) return value
  throw evaluationFailure(
    visit,
    field,
    `The field '${field}' must be a positive whole number, not ${JSON.stringify(value)}.`,
  )
}
