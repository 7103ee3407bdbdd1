import { Duration } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { Operation, type Table } from 'aws-cdk-lib/aws-dynamodb'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import type { FunctionKind } from '../shared/deployment/environment.ts'
import { FIGURES_NAMESPACE, type FigureName } from '../shared/deployment/figures.ts'
import type { JobName } from '../shared/deployment/schedules.ts'
import type { ChangeFollower } from './change-follower.ts'
import type { ScheduledJob } from './scheduled-job.ts'
import type { WeirFunction } from './weir-function.ts'

/** Something that a person must look at. */
export interface AlarmRow {
  readonly id: string
  /** What it means, in a sentence. */
  readonly meaning: string
  /** The page that says what to do: a file in docs/runbooks. */
  readonly runbook: string
  readonly metric: IMetric
  /** It goes off from here on; 1 unless said. */
  readonly threshold?: number
  /** How many periods in a row; one unless said. */
  readonly periods?: number
  /** It goes off when fewer than `threshold` are told of, and when nothing is: silence itself is the alarm. */
  readonly whenSilent?: true
}

const PERIOD = Duration.minutes(5)
const sum = { period: PERIOD, statistic: 'Sum' } as const
const most = { period: PERIOD, statistic: 'Maximum' } as const
const least = { period: PERIOD, statistic: 'Minimum' } as const

/** A change is followed within a second or two; an operation that has waited for this long is noticed by its tenant. */
const LATE_CHANGE_MILLISECONDS = 5 * 60_000

/** So much of its time limit a function may use before somebody should know that the limit is near. */
const NEAR_LIMIT = 0.9

/** Tenants wait for an answer; this is ten times what the slowest endpoints that ask Kafka take. */
const SLOW_ANSWER_MILLISECONDS = 10_000

/** A delete ends the create that it pre-empts, so a few executions are ended by us every day; many at once are not. */
const MANY_ABORTED = 5

/** What of a function is looked at. */
type WatchedFunction = Pick<WeirFunction<FunctionKind>, 'node' | 'functionName' | 'timeoutSeconds'>

/** What can go wrong with every function. */
export function functionRows({ node, functionName, timeoutSeconds }: WatchedFunction): readonly AlarmRow[] {
  const name = node.id
  const metric = (metricName: string, props: typeof sum | typeof most) =>
    new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap: { FunctionName: functionName }, ...props })
  return [
    {
      id: `${name}Errors`,
      meaning: `The function ${name} has failed: its log says why.`,
      runbook: 'function-trouble.md',
      metric: metric('Errors', sum),
    },
    {
      id: `${name}Throttles`,
      meaning: `The function ${name} was called more often than the account lets it run.`,
      runbook: 'function-trouble.md',
      metric: metric('Throttles', sum),
    },
    {
      id: `${name}NearTimeout`,
      meaning: `The function ${name} took more than ${NEAR_LIMIT * 100} % of the ${timeoutSeconds} s that it has.`,
      runbook: 'function-trouble.md',
      metric: metric('Duration', most),
      threshold: timeoutSeconds * 1000 * NEAR_LIMIT,
    },
  ]
}

/** What can go wrong with the executions of a workflow. */
export function workflowRows(name: string, machine: StateMachine): readonly AlarmRow[] {
  return [
    {
      id: `${name}Failed`,
      meaning: 'An operation ended without success; GET /v1/operations says which and why.',
      runbook: 'read-an-operation.md',
      metric: machine.metricFailed(sum),
    },
    {
      id: `${name}TimedOut`,
      meaning: 'A workflow reached its time limit, which cuts off even the record of its failure.',
      runbook: 'operation-stuck.md',
      metric: machine.metricTimedOut(sum),
    },
    {
      id: `${name}Aborted`,
      meaning: 'Many executions were ended from outside: by deletes that pre-empt, or because they hung.',
      runbook: 'operation-stuck.md',
      metric: machine.metricAborted(sum),
      threshold: MANY_ABORTED,
    },
    {
      id: `${name}Throttled`,
      meaning: 'Step Functions holds executions back, because the account has used up its transitions.',
      runbook: 'contention-and-rate-limits.md',
      metric: machine.metricThrottled(sum),
    },
  ]
}

/** What callers of an API notice. */
export function apiRows(name: string, api: RestApi): readonly AlarmRow[] {
  return [
    {
      id: `${name}Faults`,
      meaning: 'The API answered 5xx; the log of the function has the cause under the request id.',
      runbook: 'read-the-logs.md',
      metric: api.metricServerError(sum),
    },
    {
      id: `${name}Slow`,
      meaning: `One in a hundred calls of the API took more than ${SLOW_ANSWER_MILLISECONDS / 1000} s, for a quarter of an hour.`,
      runbook: 'contention-and-rate-limits.md',
      // Hosts wait for news for up to 20 seconds, which is no trouble: what the integration takes is theirs.
      metric: api.metricLatency({ period: PERIOD, statistic: 'p99' }),
      threshold: name === 'HostApi' ? 28_000 : SLOW_ANSWER_MILLISECONDS,
      periods: 3,
    },
  ]
}

/** What can go wrong with following the committed changes. */
export function changeRows({ asideQueue, lambda }: ChangeFollower): readonly AlarmRow[] {
  return [
    {
      id: 'ChangesPutAside',
      meaning: 'Committed changes were put aside: operations may not have started, events may be missing.',
      runbook: 'changes-put-aside.md',
      metric: asideQueue.metricApproximateNumberOfMessagesVisible(most),
    },
    {
      id: 'ChangesLate',
      meaning: 'Committed changes are followed late: operations wait to be started.',
      runbook: 'changes-put-aside.md',
      metric: lambda.metric('IteratorAge', most),
      threshold: LATE_CHANGE_MILLISECONDS,
    },
  ]
}

/** What can go wrong with a job that follows a schedule. */
export function jobRows({ node, rule, asideQueue }: ScheduledJob<JobName>): readonly AlarmRow[] {
  const notInvoked = {
    namespace: 'AWS/Events',
    metricName: 'FailedInvocations',
    dimensionsMap: { RuleName: rule.ruleName },
  }
  return [
    {
      id: `${node.id}PutAside`,
      meaning: `Runs of the job ${node.id} have failed, or could not be begun: the queue names them.`,
      runbook: 'job-trouble.md',
      metric: asideQueue.metricApproximateNumberOfMessagesVisible(most),
    },
    {
      id: `${node.id}NotInvoked`,
      meaning: `EventBridge could not invoke the job ${node.id}.`,
      runbook: 'job-trouble.md',
      metric: new Metric({ ...notInvoked, ...sum }),
    },
  ]
}

/** What the table could not do. */
export function tableRows(table: Table): readonly AlarmRow[] {
  const operations = [Operation.GET_ITEM, Operation.QUERY, Operation.TRANSACT_WRITE_ITEMS]
  return [
    {
      id: 'TableThrottled',
      meaning: 'DynamoDB refuses reads or writes of the table because there are too many of them.',
      runbook: 'contention-and-rate-limits.md',
      metric: new MathExpression({
        expression: 'reads + writes',
        label: 'throttled',
        period: PERIOD,
        usingMetrics: {
          reads: table.metric('ReadThrottleEvents', sum),
          writes: table.metric('WriteThrottleEvents', sum),
        },
      }),
    },
    {
      id: 'TableErrors',
      meaning: 'DynamoDB itself has failed.',
      runbook: 'contention-and-rate-limits.md',
      metric: table.metricSystemErrorsForOperations({ ...sum, operations }),
    },
  ]
}

/** What the jobs tell of the clusters. */
export function figureRows(stage: string): readonly AlarmRow[] {
  const figure = (metricName: FigureName, props: { readonly period: Duration; readonly statistic: string }) =>
    new Metric({ namespace: FIGURES_NAMESPACE, metricName, dimensionsMap: { Stage: stage }, ...props })
  return [
    {
      id: 'SweeperSilent',
      meaning: 'Nobody looks after the clusters: no sweep has come to its end for a quarter of an hour.',
      runbook: 'job-trouble.md',
      metric: figure('ClustersNotLookedAfter', { period: PERIOD, statistic: 'SampleCount' }),
      periods: 3,
      whenSilent: true,
    },
    {
      id: 'ClustersNotLookedAfter',
      meaning: 'A sweep could not look after a cluster: the log of the function sweep says why.',
      runbook: 'job-trouble.md',
      metric: figure('ClustersNotLookedAfter', least),
    },
    {
      id: 'HostsSilent',
      meaning: 'Nothing was heard of a host for five minutes, and no operation of ours has it down.',
      runbook: 'broker-down.md',
      metric: figure('SilentHosts', least),
    },
    {
      id: 'OperationsStuck',
      meaning: 'An operation makes no progress, is over its deadline, or has lost its execution.',
      runbook: 'operation-stuck.md',
      metric: figure('StuckOperations', most),
    },
    {
      id: 'OperationsGivenUp',
      meaning: 'An operation has failed because three attempts came to nothing.',
      runbook: 'operation-stuck.md',
      metric: figure('OperationsGivenUp', most),
    },
    {
      id: 'RepairsHeld',
      meaning: 'The breaker is open: a broker is not repaired by itself, because too many are down or were replaced.',
      runbook: 'broker-down.md',
      metric: figure('RepairsHeld', most),
    },
    {
      id: 'ClustersDrifted',
      meaning: 'Something of a cluster is not as it was ordered, and nobody of ours has changed it.',
      runbook: 'drift.md',
      metric: figure('DriftedClusters', least),
    },
    {
      id: 'DriftLooksFailed',
      meaning: 'A cluster could not be compared with what was ordered: the log of the function drift says why.',
      runbook: 'drift.md',
      metric: figure('DriftLooksFailed', most),
      periods: 3,
    },
    {
      id: 'ClustersNotMaintained',
      meaning: 'What was due for a cluster could not be done: the log of the function maintain says why.',
      runbook: 'job-trouble.md',
      metric: figure('ClustersNotMaintained', least),
      periods: 3,
    },
    {
      id: 'MaintenanceSilent',
      meaning:
        'Nothing that is due by the clock is done: no run of the job maintain has come to its end for a quarter of an hour.',
      runbook: 'job-trouble.md',
      metric: figure('ClustersNotMaintained', { period: PERIOD, statistic: 'SampleCount' }),
      periods: 3,
      whenSilent: true,
    },
    {
      id: 'DiskGrowthsHeld',
      meaning: 'Volumes are so full that they should grow by themselves, and a limit keeps them from it.',
      runbook: 'disk-autoscaling.md',
      metric: figure('DiskGrowthsHeld', least),
    },
    {
      id: 'MaintenanceMissed',
      meaning: 'A maintenance window has passed without what was due in it, because the cluster was busy all the time.',
      runbook: 'maintenance.md',
      metric: figure('MaintenanceMissed', least),
    },
    {
      id: 'OrphansFound',
      meaning: 'Something bears our tags and belongs to nobody, for an hour already.',
      runbook: 'orphans.md',
      metric: figure('OrphansFound', { period: Duration.minutes(30), statistic: 'Minimum' }),
      periods: 2,
    },
    {
      id: 'OrphansKept',
      meaning: 'Something bears our tags and belongs to a cluster that no record knows: only a person may remove it.',
      runbook: 'orphans.md',
      metric: figure('OrphansKept', { period: Duration.minutes(30), statistic: 'Maximum' }),
    },
  ]
}
