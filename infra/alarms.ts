import { Duration } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { Alarm, ComparisonOperator, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { ChangeFollower } from './change-follower.ts'
import type { DeploymentConfig } from './config.ts'

/** What is watched. */
export interface AlarmsProps {
  readonly config: DeploymentConfig
  readonly follower: ChangeFollower
  readonly machines: readonly StateMachine[]
  readonly apis: readonly RestApi[]
}

const PERIOD = Duration.minutes(5)

/** A change is followed within a second or two; an operation that has waited for this long is noticed by its tenant. */
const LATE_CHANGE_MILLISECONDS = 5 * 60_000

/** What a person must look at. Alarms are always there; an e-mail is sent where the configuration names someone. */
export class Alarms extends Construct {
  readonly #topic: Topic | undefined

  constructor(scope: Construct, id: string, { config, follower, machines, apis }: AlarmsProps) {
    super(scope, id)
    if (config.alarmEmail !== undefined) this.#topic = this.#topicFor(config.alarmEmail)
    this.#alarm(
      'ChangesPutAside',
      'Committed changes were put aside: operations may not have started, events may be missing.',
      follower.asideQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: 'Maximum' }),
    )
    this.#alarm(
      'ChangesLate',
      'Committed changes are followed late: operations wait to be started.',
      follower.lambda.metric('IteratorAge', { period: PERIOD, statistic: 'Maximum' }),
      LATE_CHANGE_MILLISECONDS,
    )
    for (const machine of machines) {
      const failed = 'An operation ended without success; GET /v1/operations says which and why.'
      this.#alarm(`${machine.node.scope?.node.id}Failed`, failed, machine.metricFailed({ period: PERIOD }))
      const timedOut = 'A workflow reached its time limit, which cuts off even the record of its failure.'
      this.#alarm(`${machine.node.scope?.node.id}TimedOut`, timedOut, machine.metricTimedOut({ period: PERIOD }))
    }
    for (const api of apis) {
      const faults = 'The API answered 5xx; the log of the function has the cause under the request id.'
      this.#alarm(
        `${api.node.scope?.node.id}Faults`,
        faults,
        api.metricServerError({ period: PERIOD, statistic: 'Sum' }),
      )
    }
  }

  #alarm(id: string, alarmDescription: string, metric: Metric, threshold = 1): void {
    const alarm = new Alarm(this, id, {
      alarmDescription,
      metric,
      threshold,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    if (this.#topic) alarm.addAlarmAction(new SnsAction(this.#topic))
  }

  #topicFor(email: string): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Alarms of Weir', enforceSSL: true })
    topic.addSubscription(new EmailSubscription(email))
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
      }),
    )
    return topic
  }
}
