import { expect, it } from 'vitest'
import { FOLLOWED_SORT_PREFIXES } from '../../shared/records/followed.ts'
import { idOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

/** What must be true of state and events, and of what follows them. */
export function checkData(get: () => Synthesized): void {
  it('the one table survives its stack, can be restored to any second, and feeds its changes on', () => {
    const [table, ...others] = get().all('AWS::DynamoDB::Table')
    expect(others).toEqual([])
    expect(table).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    })
    expect(table?.Properties).not.toHaveProperty('GlobalSecondaryIndexes')
  })

  it('events go to a bus of their own and can be replayed', () => {
    expect(get().all('AWS::Events::EventBus')).toHaveLength(1)
    expect(get().all('AWS::Events::Archive')[0]?.Properties).toMatchObject({ RetentionDays: 90 })
  })

  it('a change that cannot be followed is isolated, tried for hours and then put aside, not lost', () => {
    const [source, ...others] = get().all('AWS::Lambda::EventSourceMapping')
    expect(others).toEqual([])
    expect(source?.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRecordAgeInSeconds: 6 * 3600,
    })
    // No number of tries: an outage of minutes would use them up.
    expect(source?.Properties).not.toHaveProperty('MaximumRetryAttempts')
    const destination = JSON.stringify(source?.Properties.DestinationConfig)
    const queue = get()
      .all('AWS::SQS::Queue')
      .find(({ id }) => destination.includes(`"${id}"`))
    expect(queue?.Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true })
    const alarms = get()
      .all('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => JSON.stringify(Properties.Dimensions))
    expect(alarms.some((dimensions) => queue !== undefined && dimensions.includes(queue.id))).toBe(true)
  })

  it('hosts that report wake no function: only the rows that something follows from do', () => {
    const filters = JSON.stringify(get().all('AWS::Lambda::EventSourceMapping')[0]?.Properties.FilterCriteria)
    for (const prefix of FOLLOWED_SORT_PREFIXES) expect(filters).toContain(prefix)
    expect(filters).not.toContain('HOST#')
  })

  it('every log is kept for as long as configured and no longer', () => {
    const groups = get().all('AWS::Logs::LogGroup')
    expect(groups.length).toBeGreaterThan(15)
    for (const { Properties, id } of groups) expect(Properties.RetentionInDays, id).toBe(get().config.logRetentionDays)
    for (const { Properties } of get().all('AWS::Lambda::Function')) {
      expect(idOf(Reflect.get(Object(Properties.LoggingConfig), 'LogGroup'))).toMatch(/Log/)
    }
  })
}
