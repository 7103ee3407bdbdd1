import { describe, expect, it } from 'vitest'
import { toAsl } from '../../workflows/render.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import { parseDefinition, statesOf } from './asl-states.ts'

/** What Step Functions calls the ways in which an invocation of a function fails that did nothing wrong itself. */
const PLATFORM_FAILURES = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Runtime.ExitError',
  'Sandbox.Timedout',
]

describe.each(Object.entries(WORKFLOWS))('every call of a step in %s', (_, workflow) => {
  const tasks = statesOf(parseDefinition(toAsl(workflow))).filter(({ state }) => state.Type === 'Task')
  const retried = (state: (typeof tasks)[number]['state'], error: string) =>
    state.Retry?.some(({ ErrorEquals }) => ErrorEquals.includes(error) || ErrorEquals.includes('States.ALL'))

  it.each(PLATFORM_FAILURES)('is tried again after %s', (error) => {
    expect(tasks.filter(({ state }) => !retried(state, error)).map(({ name }) => name)).toEqual([])
  })

  it('is tried again when nobody ever hears of it, unless it parks: then the time limit is that of the whole wait', () => {
    const calls = tasks.filter(({ state }) => !state.Resource?.endsWith('.waitForTaskToken'))
    expect(calls.filter(({ state }) => !retried(state, 'States.Timeout')).map(({ name }) => name)).toEqual([])
  })
})
