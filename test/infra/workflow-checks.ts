import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { toAsl } from '../../workflows/render.ts'
import { isStepName, STEP_NAMES, STEPS } from '../../workflows/steps/steps.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import { statesOf } from '../workflows/asl-states.ts'
import { deployedFunctions } from './functions.ts'
import { idOf, permissionsOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

const Machine = z.looseObject({
  StateMachineName: z.string(),
  StateMachineType: z.string(),
  DefinitionString: z.string(),
  DefinitionSubstitutions: z.record(z.string(), z.unknown()),
  RoleArn: z.unknown(),
  LoggingConfiguration: z.looseObject({ Level: z.string(), IncludeExecutionData: z.boolean() }),
  TracingConfiguration: z.object({ Enabled: z.boolean() }),
})

/** What must be true of the deployed state machines. */
export function checkWorkflows(get: () => Synthesized): void {
  const machines = () =>
    get()
      .all('AWS::StepFunctions::StateMachine')
      .map(({ Properties }) => Machine.parse(Properties))
  const machineOf = (name: string) => {
    const found = machines().find(({ StateMachineName }) => StateMachineName === `weir-${get().config.stage}-${name}`)
    if (!found) throw new Error(`there is no state machine for ${name}`)
    return found
  }

  it('there is a state machine for each workflow and no other', () => {
    expect(machines()).toHaveLength(Object.keys(WORKFLOWS).length)
  })

  describe.each(Object.entries(WORKFLOWS))('the deployed state machine of %s', (name, workflow) => {
    it('runs the very definition that the local mode runs', () => {
      const { DefinitionString, StateMachineType } = machineOf(name)
      expect(JSON.parse(DefinitionString)).toEqual(JSON.parse(JSON.stringify(toAsl(workflow))))
      expect(StateMachineType).toBe('STANDARD')
    })

    it('substitutes each of its variables and has no others', () => {
      const { DefinitionString, DefinitionSubstitutions } = machineOf(name)
      const variables = new Set([...DefinitionString.matchAll(/\$\{(\w+)\}/g)].map(([, variable]) => variable))
      expect(variables).toEqual(new Set(Object.keys(DefinitionSubstitutions)))
    })

    it('calls each step in a function that has its ports and its time', () => {
      const { DefinitionString, DefinitionSubstitutions } = machineOf(name)
      const functions = deployedFunctions(get())
      for (const { state } of statesOf(JSON.parse(DefinitionString))) {
        const step = state.Arguments?.Payload.step
        if (step === undefined) continue
        if (!isStepName(step)) expect.fail(`there is no step ${step}`)
        const variable = /^\$\{(\w+)\}$/.exec(state.Arguments?.FunctionName ?? '')?.[1] ?? ''
        const target = functions.find(({ id }) => id === idOf(DefinitionSubstitutions[variable]))
        expect(target?.kind).toBe('steps')
        expect(target?.ports).toEqual(expect.arrayContaining(['store', 'clock', 'ids', 'log', ...STEPS[step].needs]))
        expect(target?.properties.Timeout).toBeGreaterThanOrEqual(STEPS[step].timeoutSeconds)
        expect(target?.properties.Timeout).toBeLessThanOrEqual(900)
      }
    })

    it('may invoke the functions that it names, and do nothing else but log and trace', () => {
      const { DefinitionSubstitutions, RoleArn } = machineOf(name)
      const permissions = permissionsOf(get(), idOf(RoleArn)).filter(({ action }) => !/^(logs|xray):/.test(action))
      expect(new Set(permissions.map(({ action }) => action))).toEqual(new Set(['lambda:InvokeFunction']))
      const invoked = permissions.map(({ resource }) => idOf(resource)).toSorted()
      expect(invoked).toEqual(Object.values(DefinitionSubstitutions).map(idOf).toSorted())
    })

    it('logs every transition without its data, and traces', () => {
      const { LoggingConfiguration, TracingConfiguration } = machineOf(name)
      expect(LoggingConfiguration).toMatchObject({ Level: 'ALL', IncludeExecutionData: false })
      expect(TracingConfiguration.Enabled).toBe(true)
    })
  })

  it('every step can be called by some state machine, and in one function only', () => {
    const homes = new Map<string, Set<string>>()
    for (const { DefinitionString, DefinitionSubstitutions } of machines()) {
      for (const { state } of statesOf(JSON.parse(DefinitionString))) {
        const step = state.Arguments?.Payload.step
        if (step === undefined) continue
        const variable = /^\$\{(\w+)\}$/.exec(state.Arguments?.FunctionName ?? '')?.[1] ?? ''
        homes.set(step, (homes.get(step) ?? new Set()).add(idOf(DefinitionSubstitutions[variable])))
      }
    }
    expect([...homes.keys()].toSorted()).toEqual([...STEP_NAMES].toSorted())
    expect([...homes.values()].map(({ size }) => size)).toEqual([...homes].map(() => 1))
  })
}
