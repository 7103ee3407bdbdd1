import { z } from 'zod'
import type { AssemblyResource } from '../assembly/read-assembly.ts'
import type { Line } from './prices.ts'

/** Hours of a month on a bill: 365 days by 24 hours by 12 months. */
export const HOURS_PER_MONTH = 730n

/** A type of resource that the model was not told of: it may cost something, so nobody may overlook it. */
export class UnknownResourceType extends Error {
  override readonly name = 'UnknownResourceType'
}

type Model = (resource: AssemblyResource, all: readonly AssemblyResource[]) => readonly Line[]

const free: Model = () => []

const one =
  (price: Line['price'], what: string): Model =>
  () => [{ what, price, quantity: 1n }]

const Endpoint = z.looseObject({ VpcEndpointType: z.string(), SubnetIds: z.array(z.unknown()).default([]) })

const interfaceEndpoint: Model = ({ properties, id }, all) => {
  const { VpcEndpointType, SubnetIds } = Endpoint.parse(properties)
  if (VpcEndpointType !== 'Interface') return []
  if (SubnetIds.length === 0)
    throw new UnknownResourceType(`${id} does not say in which subnets it is; of ${all.length} resources`)
  const quantity = BigInt(SubnetIds.length) * HOURS_PER_MONTH
  return [{ what: 'interface endpoints', price: 'interfaceEndpointHour', quantity }]
}

const Alarm = z.looseObject({ Metrics: z.array(z.looseObject({ MetricStat: z.unknown().optional() })).optional() })

/** An alarm costs by the metrics that it looks at; one made of arithmetic looks at several. */
const alarm: Model = ({ properties }) => {
  const { Metrics } = Alarm.parse(properties)
  const metrics = Metrics?.filter(({ MetricStat }) => MetricStat !== undefined).length ?? 1
  return [{ what: 'alarms', price: 'alarmMetricMonth', quantity: BigInt(Math.max(1, metrics)) }]
}

const ScheduledRule = z.looseObject({ ScheduleExpression: z.string().optional(), State: z.string().optional() })
const MINUTES: Readonly<Record<string, bigint>> = {
  minute: 1n,
  minutes: 1n,
  hour: 60n,
  hours: 60n,
  day: 1440n,
  days: 1440n,
}

/** What one run of a scheduled function takes where there is no cluster: an assumption, for want of an account. */
const IDLE_RUN = { milliseconds: 500n, memoryMiB: 512n, readHalfUnits: 8n } as const

/** Rules that run something by the clock. `rate(…)` only: another schedule would have to be counted differently. */
const schedule: Model = ({ properties, id }) => {
  const { ScheduleExpression, State } = ScheduledRule.parse(properties)
  if (ScheduleExpression === undefined || State === 'DISABLED') return []
  const [, count, unit = ''] = /^rate\((\d+) (\w+)\)$/.exec(ScheduleExpression) ?? []
  const minutes = MINUTES[unit]
  if (count === undefined || minutes === undefined) throw new UnknownResourceType(`${id} runs at ${ScheduleExpression}`)
  const runs = (HOURS_PER_MONTH * 60n) / (BigInt(count) * minutes)
  const { milliseconds, memoryMiB, readHalfUnits } = IDLE_RUN
  return [
    { what: 'scheduled runs that find nothing', price: 'lambdaRequest', quantity: runs },
    {
      what: 'scheduled runs that find nothing',
      price: 'lambdaMebibyteMillisecond',
      quantity: runs * milliseconds * memoryMiB,
    },
    { what: 'scheduled runs that find nothing', price: 'dynamodbReadHalfUnit', quantity: runs * readHalfUnits },
  ]
}

const WebAcl = z.looseObject({ Rules: z.array(z.unknown()).default([]) })

/** What each type of resource costs while nothing happens. Free here is also what is paid by use only. */
const STANDING: Readonly<Record<string, Model>> = {
  'AWS::CloudWatch::Alarm': alarm,
  'AWS::CloudWatch::CompositeAlarm': alarm,
  'AWS::CloudWatch::Dashboard': one('dashboardMonth', 'dashboards'),
  'AWS::EC2::VPCEndpoint': interfaceEndpoint,
  'AWS::Events::Rule': schedule,
  'AWS::KMS::Key': one('kmsKeyMonth', 'keys'),
  'AWS::Route53::HostedZone': one('hostedZoneMonth', 'hosted zones'),
  'AWS::WAFv2::WebACL': ({ properties }) => [
    { what: 'web ACL', price: 'webAclMonth', quantity: 1n },
    { what: 'web ACL', price: 'webAclRuleMonth', quantity: BigInt(WebAcl.parse(properties).Rules.length) },
  ],
  'AWS::DynamoDB::Table': () => [
    // A gibibyte is some 100,000 records; a deployment with hundreds of clusters has less.
    { what: 'table, with a GB in it', price: 'dynamodbGibMonth', quantity: 1n },
    { what: 'table, with a GB in it', price: 'dynamodbRecoveryGibMonth', quantity: 1n },
  ],
}

/** Types that cost nothing by being there: rules, rights, names, and what is paid by use. */
const FREE_TYPES: ReadonlySet<string> = new Set([
  'AWS::ApiGateway::Account',
  'AWS::ApiGateway::ApiKey',
  'AWS::ApiGateway::Authorizer',
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::GatewayResponse',
  'AWS::ApiGateway::Method',
  'AWS::ApiGateway::Model',
  'AWS::ApiGateway::RequestValidator',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::ApiGateway::UsagePlan',
  'AWS::ApiGateway::UsagePlanKey',
  'AWS::CDK::Metadata',
  'AWS::EC2::FlowLog',
  'AWS::EC2::InternetGateway',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::NetworkAcl',
  'AWS::EC2::NetworkAclEntry',
  'AWS::EC2::Route',
  'AWS::EC2::RouteTable',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::SubnetRouteTableAssociation',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCGatewayAttachment',
  'AWS::Events::Archive',
  'AWS::Events::EventBus',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::ManagedPolicy',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Alias',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::Logs::MetricFilter',
  'AWS::Logs::QueryDefinition',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::StepFunctions::StateMachine',
  'AWS::WAFv2::WebACLAssociation',
])

/** What a deployment costs a month while nothing happens, by lines that belong together. */
export function standingLines(resources: readonly AssemblyResource[]): readonly Line[] {
  return resources.flatMap((resource) => {
    const model = STANDING[resource.type] ?? (FREE_TYPES.has(resource.type) ? free : undefined)
    if (model === undefined) {
      throw new UnknownResourceType(
        `What does ${resource.type} cost (${resource.stack}, ${resource.id})? infra/costs/standing.ts must know.`,
      )
    }
    return model(resource, resources)
  })
}
