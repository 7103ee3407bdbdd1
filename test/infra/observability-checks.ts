import { expect, it } from 'vitest'
import { z } from 'zod'
import { deployedFunctions } from './functions.ts'
import { textOf, textsOf } from './intrinsics.ts'
import type { Synthesized } from './synthesized.ts'

const Widgets = z.object({
  widgets: z.array(
    z.looseObject({ properties: z.looseObject({ title: z.string(), metrics: z.array(z.array(z.unknown())) }) }),
  ),
})

/** What must be true of what people look at. */
export function checkObservability(get: () => Synthesized): void {
  const metrics = () => {
    const [dashboard] = get().all('AWS::CloudWatch::Dashboard')
    const body: unknown = JSON.parse(textOf(dashboard?.Properties.DashboardBody))
    return Widgets.parse(body).widgets.flatMap(({ properties }) => properties.metrics)
  }
  /** The values of a dimension on the dashboard. */
  const valuesOf = (dimension: string): readonly string[] =>
    metrics().flatMap((metric) => metric.flatMap((part, at) => (part === dimension ? String(metric[at + 1]) : [])))
  const named = (type: string, property: string) =>
    get()
      .all(type)
      .map(({ Properties }) => String(Properties[property]))

  it('the dashboard shows what is there: every machine and API by its name, and no name of nothing', () => {
    const machines = named('AWS::StepFunctions::StateMachine', 'StateMachineName')
    const shown = valuesOf('StateMachineArn').map((arn) => arn.replace(/^.*:stateMachine:/, ''))
    expect([...new Set(shown)].toSorted()).toEqual(machines.toSorted())
    expect([...new Set(valuesOf('ApiName'))].toSorted()).toEqual(named('AWS::ApiGateway::RestApi', 'Name').toSorted())
    expect(named('AWS::Lambda::Function', 'FunctionName')).toEqual(
      expect.arrayContaining([...valuesOf('FunctionName')]),
    )
    for (const table of valuesOf('TableName')) expect(table).toMatch(/^<StateTable/)
  })

  it('the dashboard and the queries are held by nothing that runs: they stand alone and name what they show', () => {
    const looked = ['AWS::CloudWatch::Dashboard', 'AWS::Logs::QueryDefinition'].flatMap(get().all)
    expect(new Set(looked.map(({ id }) => get().stackOf(id)))).toEqual(new Set(['observability']))
  })

  it('every query reads the logs of all functions', () => {
    const groups = named('AWS::Logs::LogGroup', 'LogGroupName')
    const needed = deployedFunctions(get())
    for (const { Properties } of get().all('AWS::Logs::QueryDefinition')) {
      const read = textsOf(Properties.LogGroupNames)
      expect(groups).toEqual(expect.arrayContaining([...read]))
      expect(read).toEqual(expect.arrayContaining(needed.map(({ name }) => `/aws/lambda/weir-dev-${name}`)))
    }
  })
}
