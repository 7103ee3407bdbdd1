import { describe, expect, it } from 'vitest'
import type { AssemblyResource } from '../../../infra/assembly/read-assembly.ts'
import { billOf } from '../../../infra/costs/bill.ts'
import { nanoDollars } from '../../../infra/costs/money.ts'
import { standingLines, UnknownResourceType } from '../../../infra/costs/standing.ts'

const resource = (type: string, properties: object = {}): AssemblyResource => ({
  ...{ id: 'It', stack: 'weir-test', type, properties: { ...properties } },
})

describe('what is there while nothing happens', () => {
  it('costs an interface endpoint for each of its zones, and nothing for a gateway', () => {
    const [one, two] = [{ Ref: 'SubnetA' }, { Ref: 'SubnetB' }]
    const lines = standingLines([
      resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Interface', SubnetIds: [one, two] }),
      resource('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' }),
    ])
    expect(billOf(lines).total).toBe(nanoDollars('14.60'))
  })

  it('costs an alarm by the metrics that it looks at', () => {
    const lines = standingLines([
      resource('AWS::CloudWatch::Alarm', { MetricName: 'Errors' }),
      resource('AWS::CloudWatch::Alarm', { Metrics: [{ Expression: 'a+b' }, { MetricStat: {} }, { MetricStat: {} }] }),
    ])
    expect(billOf(lines).total).toBe(nanoDollars('0.30'))
  })

  it('counts what runs by the clock, and nothing of a rule that waits for events', () => {
    const everyMinute = standingLines([resource('AWS::Events::Rule', { ScheduleExpression: 'rate(1 minute)' })])
    expect(everyMinute.find(({ price }) => price === 'lambdaRequest')?.quantity).toBe(43_800n)
    expect(standingLines([resource('AWS::Events::Rule', { EventPattern: {} })])).toEqual([])
  })

  it('is not guessed: a type or a schedule that the model does not know is an error', () => {
    expect(() => standingLines([resource('AWS::EC2::NatGateway')])).toThrow(UnknownResourceType)
    expect(() => standingLines([resource('AWS::Events::Rule', { ScheduleExpression: 'cron(0 * * * ? *)' })])).toThrow(
      UnknownResourceType,
    )
  })
})
