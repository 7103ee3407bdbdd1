import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { FIGURES, FIGURES_NAMESPACE } from '../../shared/deployment/figures.ts'
import { SCHEDULES } from '../../shared/deployment/schedules.ts'
import { deployedFunctions } from './functions.ts'
import { textOf } from './intrinsics.ts'
import { idOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

const RUNBOOKS = resolve(import.meta.dirname, '../../docs/runbooks')

const Dimension = z.looseObject({ Name: z.string(), Value: z.unknown() })
const Metric = z.looseObject({
  Namespace: z.string().optional(),
  MetricName: z.string().optional(),
  Dimensions: z.array(Dimension).default([]),
})
const Alarm = Metric.extend({
  AlarmName: z.string(),
  AlarmDescription: z.string(),
  TreatMissingData: z.string(),
  Metrics: z.array(z.looseObject({ MetricStat: z.looseObject({ Metric }).optional() })).default([]),
})

/** What must be true of the alarms. */
export function checkAlarms(get: () => Synthesized): void {
  const alarms = () =>
    get()
      .all('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Alarm.parse(Properties))
  const idOfAlarm = ({ AlarmName }: z.output<typeof Alarm>) => AlarmName.replace(`weir-${get().config.stage}-`, '')
  /** The metrics that alarms look at, as `namespace metric value-of-dimension`. */
  const watched = () =>
    alarms().flatMap((alarm) =>
      [alarm, ...alarm.Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []))].flatMap(
        ({ Namespace, MetricName, Dimensions }) =>
          Dimensions.map(({ Value }) => `${Namespace} ${MetricName} ${textOf(Value)}`),
      ),
    )
  const expectWatched = (metric: string, value: string) =>
    expect(
      watched().some((seen) => seen.startsWith(`${metric} `) && seen.includes(value)),
      `${metric} ${value}`,
    ).toBe(true)

  it('every alarm says what to do, in a runbook that exists', () => {
    expect(alarms().length).toBeGreaterThan(50)
    for (const { AlarmName, AlarmDescription } of alarms()) {
      const page = / What to do: docs\/runbooks\/([\w-]+\.md)$/.exec(AlarmDescription)?.[1]
      if (page === undefined) expect.fail(`${AlarmName} names no runbook: ${AlarmDescription}`)
      expect(existsSync(join(RUNBOOKS, page)), `${AlarmName}: ${page}`).toBe(true)
    }
  })

  it('every alarm has its row in the runbook of alarms, and no row is about an alarm that is not there', () => {
    const page = readFileSync(join(RUNBOOKS, 'alarms-on-aws.md'), 'utf8')
    const rows = page.split('\n').flatMap((line) => (line.startsWith('| `') ? [line.split('|')[1] ?? ''] : []))
    const patterns = rows.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    const isOf = (pattern: string) => new RegExp(`^${pattern.replace('…', '\\w+')}$`)
    const ids = alarms().map(idOfAlarm)
    expect(ids.filter((id) => !patterns.some((pattern) => isOf(pattern).test(id)))).toEqual([])
    expect(patterns.filter((pattern) => !ids.some((id) => isOf(pattern).test(id)))).toEqual([])
  })

  it('errors, throttles and the time of every function are watched', () => {
    for (const { properties } of deployedFunctions(get()))
      for (const metric of ['Errors', 'Throttles', 'Duration'])
        expect(watched()).toContain(`AWS/Lambda ${metric} ${properties.FunctionName}`)
  })

  it('failed, timed out, ended and held back executions of every workflow are watched', () => {
    for (const { id } of get().all('AWS::StepFunctions::StateMachine'))
      for (const metric of ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted', 'ExecutionThrottled'])
        expectWatched(`AWS/States ${metric}`, id)
  })

  it('every queue of what could not be done and every schedule are watched', () => {
    for (const { id } of get().all('AWS::SQS::Queue')) expectWatched('AWS/SQS ApproximateNumberOfMessagesVisible', id)
    for (const { id, Properties } of get().all('AWS::Events::Rule'))
      if (Properties.ScheduleExpression !== undefined) expectWatched('AWS/Events FailedInvocations', id)
  })

  it('5xx answers and latency of both APIs, the stream and the table are watched', () => {
    const apis = get().all('AWS::ApiGateway::RestApi')
    expect(apis).toHaveLength(2)
    for (const { Properties } of apis)
      for (const metric of ['5XXError', 'Latency']) expectWatched(`AWS/ApiGateway ${metric}`, String(Properties.Name))
    const [source] = get().all('AWS::Lambda::EventSourceMapping')
    expectWatched('AWS/Lambda IteratorAge', idOf(source?.Properties.FunctionName))
    for (const metric of ['ReadThrottleEvents', 'WriteThrottleEvents', 'SystemErrors'])
      expect(
        watched().some((seen) => seen.startsWith(`AWS/DynamoDB ${metric} `)),
        metric,
      ).toBe(true)
  })

  it('every figure of the jobs is watched, but what only says that a job has done its work', () => {
    const names = Object.keys(FIGURES).filter((name) => name !== 'OrphansRemoved')
    for (const name of names) expectWatched(`${FIGURES_NAMESPACE} ${name}`, get().config.stage)
  })

  it('the silence of the two jobs that run each minute is an alarm, and of nothing else: what is not told of is well', () => {
    const silent = alarms().filter(({ TreatMissingData }) => TreatMissingData === 'breaching')
    expect(silent.map(idOfAlarm).toSorted()).toEqual(['MaintenanceSilent', 'SweeperSilent'])
    expect(alarms().filter(({ TreatMissingData }) => !/^(notBreaching|breaching)$/.test(TreatMissingData))).toEqual([])
    expect(SCHEDULES.sweep.everyMinutes).toBeLessThan(5)
    expect(SCHEDULES.maintain.everyMinutes).toBeLessThan(5)
  })
}
