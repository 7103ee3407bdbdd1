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

  it('is tried again after a pause by chance where many calls may have failed at once, so that they do not all come again at once', () => {
    const unspread = tasks.flatMap(({ name, state }) => {
      const retriers = state.Retry?.filter(({ ErrorEquals }) =>
        PLATFORM_FAILURES.some((error) => ErrorEquals.includes(error)),
      )
      return retriers?.every(({ JitterStrategy }) => JitterStrategy === 'FULL') ? [] : [name]
    })
    expect(unspread).toEqual([])
  })

  it('is tried again after a pause by chance where EC2 had no capacity for it: the nodes of a cluster miss it together', () => {
    const unspread = tasks.filter(({ state }) =>
      state.Retry?.some(
        ({ ErrorEquals, JitterStrategy }) => ErrorEquals.includes('NO_CAPACITY') && JitterStrategy !== 'FULL',
      ),
    )
    expect(unspread.map(({ name }) => name)).toEqual([])
  })

  it('is tried again when nobody ever hears of it, unless it parks: then the time limit is that of the whole wait', () => {
    const calls = tasks.filter(({ state }) => !state.Resource?.endsWith('.waitForTaskToken'))
    expect(calls.filter(({ state }) => !retried(state, 'States.Timeout')).map(({ name }) => name)).toEqual([])
  })
})

describe.each(Object.entries(WORKFLOWS))('a call in %s', (_, workflow) => {
  it('is not tried again where the deployment does not have what it needs: only another configuration helps', () => {
    const tasks = statesOf(parseDefinition(toAsl(workflow))).filter(({ state }) => state.Type === 'Task')
    const first = tasks.flatMap(({ name, state }) => {
      const isMeant = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }) =>
        ErrorEquals.includes('NOT_PROVIDED') || ErrorEquals.includes('States.ALL')
      const retrier = state.Retry?.find(isMeant)
      return retrier && retrier.MaxAttempts !== 0 ? [name] : []
    })
    expect(first).toEqual([])
  })
})

describe.each(Object.entries(WORKFLOWS))('a wait for a host in %s', (_, workflow) => {
  const waits = statesOf(parseDefinition(toAsl(workflow))).filter(({ state }) =>
    state.Resource?.endsWith('.waitForTaskToken'),
  )

  it('has a whole time, whose end is final', () => {
    const beginsAnew = ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }) =>
      ErrorEquals.includes('States.Timeout') || ErrorEquals.includes('States.ALL')
    expect(waits.filter(({ state }) => state.Retry?.some(beginsAnew)).map(({ name }) => name)).toEqual([])
    expect(waits.filter(({ state }) => state.TimeoutSeconds === undefined).map(({ name }) => name)).toEqual([])
  })
})
