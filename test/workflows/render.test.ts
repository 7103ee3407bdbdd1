import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { load } from '../../local/asl/load.ts'
import { toAsl } from '../../workflows/render.ts'
import { stepGroup } from '../../workflows/step-groups.ts'
import { isStepName, STEP_NAMES, STEPS } from '../../workflows/steps/steps.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import { nextOf, parseDefinition, scopesOf, statesOf } from './asl-states.ts'

const Verdict = z.object({ isValid: z.boolean(), errors: z.array(z.object({ message: z.string() })) })

/** The package has no types, so what it exports is checked here. */
const validator: unknown = createRequire(import.meta.url)('asl-validator')

function validate(definition: unknown): z.output<typeof Verdict> {
  if (typeof validator !== 'function') throw new TypeError('asl-validator exports no function')
  return Verdict.parse(validator(definition))
}

describe.each(Object.entries(WORKFLOWS))('the definition of %s', (name, workflow) => {
  const definition = toAsl(workflow)
  const states = statesOf(definition)
  const tasks = states.filter(({ state }) => state.Type === 'Task')

  it('is valid States Language', () => {
    expect(validate(definition)).toEqual({ isValid: true, errors: [] })
  })

  it('is taken by the local interpreter, which refuses whatever would run differently there', () => {
    expect(() => load(definition)).not.toThrow()
  })

  it('is the one that stands in the repository for review', async () => {
    await expect(`${JSON.stringify(definition, null, 2)}\n`).toMatchFileSnapshot(`./${name}.asl.json`)
  })

  it('reaches every one of its states', () => {
    for (const { name: scopeName, scope } of scopesOf(parseDefinition(definition))) {
      const reached = new Set([scope.StartAt])
      for (const state of reached) for (const next of nextOf(scope.States[state] ?? { Type: '' })) reached.add(next)
      expect([...reached].toSorted(), `scope ${scopeName}`).toEqual(Object.keys(scope.States).toSorted())
    }
  })

  it('calls steps that exist, through the function of their group', () => {
    for (const { state, name: stateName } of tasks) {
      const step = state.Arguments?.Payload.step ?? ''
      if (!isStepName(step)) expect.fail(`state ${stateName} calls ${step}`)
      expect(state.Arguments?.FunctionName).toBe(`\${${stepGroup(step)}Function}`)
    }
  })

  it('bounds every Task in time and tries it again', () => {
    for (const { name: stateName, state } of tasks) {
      expect(state.TimeoutSeconds, stateName).toBeGreaterThan(0)
      expect(state.Retry?.length, stateName).toBeGreaterThan(0)
    }
  })

  it('gives every Task at least as long as one call of its step may take', () => {
    for (const { name: stateName, state } of tasks) {
      const step = state.Arguments?.Payload.step ?? ''
      const callSeconds = isStepName(step) ? STEPS[step].timeoutSeconds : Number.POSITIVE_INFINITY
      expect(state.TimeoutSeconds, stateName).toBeGreaterThan(callSeconds)
    }
  })

  it('waits for hosts with a heartbeat, and hands a token to exactly the steps that park', () => {
    for (const { name: stateName, state } of tasks) {
      const step = state.Arguments?.Payload.step ?? ''
      const parks = isStepName(step) && 'parks' in STEPS[step]
      expect(state.Resource?.endsWith('.waitForTaskToken'), stateName).toBe(parks)
      expect('taskToken' in (state.Arguments?.Payload ?? {}), stateName).toBe(parks)
      expect(state.HeartbeatSeconds !== undefined, stateName).toBe(parks)
    }
  })

  it('catches the failure of every Task and Map of the top level, so that the operation says why', () => {
    const caught = states.filter(({ scope, state }) => scope === 'top' && ['Task', 'Map'].includes(state.Type))
    expect(caught.length).toBeGreaterThan(0)
    for (const { name: stateName, state } of caught) {
      expect(
        state.Catch?.flatMap(({ ErrorEquals }) => ErrorEquals),
        stateName,
      ).toContain('States.ALL')
    }
  })

  it('records the failure before it fails', () => {
    const fails = states.filter(({ state }) => state.Type === 'Fail').map(({ name: stateName }) => stateName)
    const before = states.filter(({ state }) => nextOf(state).some((next) => fails.includes(next)))
    expect(fails).toHaveLength(1)
    expect(before.map(({ state }) => state.Arguments?.Payload.step)).toEqual(['recordFailure'])
  })

  it('hands nothing but ids from state to state', () => {
    for (const { name: stateName, state } of states) {
      if (state.Type !== 'Task' && state.Type !== 'Map') continue
      expect(state.Output, stateName).toBe('{% $states.input %}')
    }
  })
})

describe('all definitions together', () => {
  it('use every step of the table', () => {
    const used = new Set(
      Object.values(WORKFLOWS)
        .flatMap((workflow) => statesOf(toAsl(workflow)))
        .flatMap(({ state }) => state.Arguments?.Payload.step ?? []),
    )
    expect([...used].toSorted()).toEqual([...STEP_NAMES].toSorted())
  })
})
