import { expect, it } from 'vitest'
import { type JobName, SCHEDULES } from '../../shared/deployment/schedules.ts'
import { deployedFunctions } from './functions.ts'
import { idOf, permissionsOf } from './policies.ts'
import type { Named, Synthesized } from './synthesized.ts'

const isJob = (kind: string): kind is JobName => kind in SCHEDULES

/** What must be true of the functions that run by a schedule. */
export function checkJobs(get: () => Synthesized): void {
  const jobs = () => deployedFunctions(get()).filter(({ kind }) => isJob(kind))
  const ruleOf = (lambdaId: string): Named => {
    const rules = get()
      .all('AWS::Events::Rule')
      .filter(({ Properties }) => JSON.stringify(Properties.Targets ?? '').includes(`"${lambdaId}"`))
    const [rule] = rules
    if (!rule || rules.length > 1) throw new Error(`${lambdaId} has ${rules.length} schedules`)
    return rule
  }
  const targetOf = (lambdaId: string) => {
    const { Targets } = ruleOf(lambdaId).Properties
    return Array.isArray(Targets) ? Object(Targets[0]) : {}
  }
  const asyncConfigOf = (lambdaId: string) =>
    get()
      .all('AWS::Lambda::EventInvokeConfig')
      .find(({ Properties }) => idOf(Properties.FunctionName) === lambdaId)?.Properties

  it('each job of the table has its function, its schedule and its time, and there are no others', () => {
    expect(
      jobs()
        .map(({ kind }) => kind)
        .toSorted(),
    ).toEqual(Object.keys(SCHEDULES).toSorted())
    for (const { id, kind, properties } of jobs()) {
      if (!isJob(kind)) continue
      const { everyMinutes, timeoutSeconds } = SCHEDULES[kind]
      const unit = everyMinutes === 1 ? 'minute' : 'minutes'
      expect(ruleOf(id).Properties.ScheduleExpression).toBe(`rate(${everyMinutes} ${unit})`)
      expect(properties.Timeout).toBe(timeoutSeconds)
    }
    const schedules = get()
      .all('AWS::Events::Rule')
      .filter(({ Properties }) => Properties.ScheduleExpression !== undefined)
    expect(schedules).toHaveLength(jobs().length)
  })

  it('a run that cannot be begun and one that fails are written down in the same queue of the job, and not tried again', () => {
    for (const { id, name, roleId } of jobs()) {
      const { DeadLetterConfig, RetryPolicy } = targetOf(id)
      const config = asyncConfigOf(id)
      const queueId = idOf(Reflect.get(Object(DeadLetterConfig), 'Arn'))
      expect(get().byId(queueId).Type, name).toBe('AWS::SQS::Queue')
      expect(JSON.stringify(config?.DestinationConfig), name).toContain(`"${queueId}"`)
      expect(config?.MaximumRetryAttempts, name).toBe(0)
      expect(RetryPolicy, name).toMatchObject({ MaximumRetryAttempts: 0 })
      const sends = permissionsOf(get(), roleId).filter(({ action }) => action === 'sqs:SendMessage')
      expect(
        sends.map(({ resource }) => resource.includes(queueId)),
        name,
      ).toEqual([true])
    }
  })

  it('every queue is encrypted, refuses what comes without TLS, and keeps its messages for two weeks', () => {
    const queues = get().all('AWS::SQS::Queue')
    expect(queues.length).toBe(jobs().length + 1)
    const policies = JSON.stringify(get().all('AWS::SQS::QueuePolicy'))
    for (const { id, Properties } of queues) {
      expect(Properties, id).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 })
      expect(policies).toContain(id)
    }
  })
}
