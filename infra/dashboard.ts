import { Duration } from 'aws-cdk-lib'
import {
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import { FIGURES_NAMESPACE, type FigureName } from '../shared/deployment/figures.ts'
import { SCHEDULES } from '../shared/deployment/schedules.ts'
import type { DeploymentConfig } from './config.ts'
import { machineArns } from './machine-arns.ts'

/** What the dashboard is told of. */
export interface DashboardProps {
  readonly config: DeploymentConfig
  readonly tableName: string
}

const PERIOD = Duration.minutes(5)

/** A row has 24 columns. */
const THIRD = 8

/**
 * The deployment at a glance: operations first, then what they go through. Everything is found by its name, so that nothing
 * that runs is held in place by being looked at.
 */
export class Dashboard extends Construct {
  readonly #stage: string

  constructor(scope: Construct, id: string, { config, tableName }: DashboardProps) {
    super(scope, id)
    this.#stage = config.stage
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', { dashboardName: `weir-${config.stage}` })
    dashboard.addWidgets(...this.#operations())
    dashboard.addWidgets(...this.#fleet())
    dashboard.addWidgets(...this.#apis())
    dashboard.addWidgets(...this.#changes(tableName))
    dashboard.addWidgets(...this.#functions())
  }

  #operations(): readonly IWidget[] {
    const arns = machineArns(this, this.#stage).stateMachines
    const machines = (metricName: string, statistic: string): IMetric[] =>
      arns.map((StateMachineArn) =>
        metric(
          'AWS/States',
          metricName,
          { StateMachineArn },
          statistic,
          StateMachineArn.replace(/^.*:weir-[^:]*-/, ''),
        ),
      )
    return [
      graph('Operations begun', machines('ExecutionsStarted', 'Sum')),
      graph('Operations that ended without success', [
        ...machines('ExecutionsFailed', 'Sum'),
        ...machines('ExecutionsTimedOut', 'Sum'),
        ...machines('ExecutionsAborted', 'Sum'),
      ]),
      graph('How long operations took (95 of 100)', machines('ExecutionTime', 'p95')),
    ]
  }

  #fleet(): readonly IWidget[] {
    const figures = (...names: readonly FigureName[]): IMetric[] =>
      names.map((name) => metric(FIGURES_NAMESPACE, name, { Stage: this.#stage }, 'Maximum', name))
    return [
      graph('Hosts and repairs', figures('SilentHosts', 'RepairsHeld', 'DriftedClusters')),
      graph('Operations that nobody works on', figures('StuckOperations', 'OperationsGivenUp')),
      graph('What belongs to nobody', figures('OrphansFound', 'OrphansKept', 'OrphansRemoved')),
    ]
  }

  #apis(): readonly IWidget[] {
    const apis = (metricName: string, statistic: string): IMetric[] =>
      ['tenant', 'hosts'].map((name) =>
        metric(
          'AWS/ApiGateway',
          metricName,
          { ApiName: `weir-${this.#stage}-${name}` },
          statistic,
          `${name} ${statistic}`,
        ),
      )
    return [
      graph('Requests', apis('Count', 'Sum')),
      graph('Refused and failed requests', [...apis('4XXError', 'Sum'), ...apis('5XXError', 'Sum')]),
      graph('How long answers took', [...apis('Latency', 'p50'), ...apis('Latency', 'p99')]),
    ]
  }

  #changes(TableName: string): readonly IWidget[] {
    const table = (metricName: string) => metric('AWS/DynamoDB', metricName, { TableName }, 'Sum', metricName)
    const jobs = (metricName: string): IMetric[] =>
      Object.keys(SCHEDULES).map((job) =>
        metric('AWS/Lambda', metricName, { FunctionName: `weir-${this.#stage}-${job}` }, 'Sum', `${job} ${metricName}`),
      )
    return [
      graph('How late committed changes are followed', [
        metric('AWS/Lambda', 'IteratorAge', { FunctionName: `weir-${this.#stage}-changes` }, 'Maximum', 'milliseconds'),
      ]),
      graph('What runs by itself', [...jobs('Invocations'), ...jobs('Errors')]),
      graph('The store', [
        table('ConsumedReadCapacityUnits'),
        table('ConsumedWriteCapacityUnits'),
        table('ReadThrottleEvents'),
        table('WriteThrottleEvents'),
        table('TransactionConflict'),
      ]),
    ]
  }

  #functions(): readonly IWidget[] {
    const all = (metricName: string, statistic: string): IMetric =>
      new MathExpression({
        expression: `SEARCH('{AWS/Lambda,FunctionName} MetricName="${metricName}" "weir-${this.#stage}-"', '${statistic}')`,
        label: '',
        period: PERIOD,
      })
    return [
      graph('Errors of functions', [all('Errors', 'Sum')]),
      graph('Functions held back', [all('Throttles', 'Sum')]),
      graph('How long functions took (99 of 100)', [all('Duration', 'p99')]),
    ]
  }
}

function graph(title: string, left: readonly IMetric[]): GraphWidget {
  return new GraphWidget({ title, left: [...left], width: THIRD })
}

function metric(
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
  label: string,
): Metric {
  return new Metric({ namespace, metricName, dimensionsMap, statistic, label, period: PERIOD })
}
