import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import {
  type AlarmRow,
  apiRows,
  changeRows,
  figureRows,
  functionRows,
  jobRows,
  tableRows,
  workflowRows,
} from './alarm-rows.ts'
import type { ChangeFollower } from './change-follower.ts'
import type { DeploymentConfig } from './config.ts'
import type { Jobs } from './jobs.ts'
import { WeirFunction } from './weir-function.ts'

/** What is watched; of functions all that the deployment has, in whichever stack. */
export interface AlarmsProps {
  readonly config: DeploymentConfig
  readonly table: Table
  readonly follower: ChangeFollower
  readonly jobs: Jobs
  readonly machines: readonly StateMachine[]
  readonly apis: readonly RestApi[]
}

/**
 * What a person must look at, each with the runbook that says what to do. Alarms are always there; an e-mail is sent where the
 * configuration names someone.
 */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    const { config, table, follower, jobs, machines, apis } = props
    const topic = config.alarmEmail === undefined ? undefined : this.#topicFor(config.alarmEmail)
    const functions = this.node.root.node.findAll().filter((construct) => construct instanceof WeirFunction)
    const rows = [
      ...functions.flatMap(functionRows),
      ...machines.flatMap((machine) => workflowRows(nameOf(machine), machine)),
      ...apis.flatMap((api) => apiRows(nameOf(api), api)),
      ...changeRows(follower),
      ...jobs.all.flatMap(jobRows),
      ...tableRows(table),
      ...figureRows(config.stage),
    ]
    for (const row of rows) {
      const alarm = this.#alarm(row, config)
      if (topic) alarm.addAlarmAction(new SnsAction(topic))
    }
  }

  #alarm({ id, meaning, runbook, metric, threshold = 1, periods = 1, whenSilent }: AlarmRow, config: DeploymentConfig) {
    return new Alarm(this, id, {
      alarmName: `weir-${config.stage}-${id}`,
      alarmDescription: `${meaning} What to do: ${config.runbookUrl}/${runbook}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: whenSilent
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: whenSilent ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })
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

/** The construct that a resource stands in has the name that people know it by. */
function nameOf({ node }: Construct): string {
  return node.scope?.node.id ?? node.id
}
