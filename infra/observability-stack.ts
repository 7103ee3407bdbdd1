import { type App, Stack } from 'aws-cdk-lib'
import type { DeploymentConfig } from './config.ts'
import { Dashboard } from './dashboard.ts'
import type { DataStack } from './data-stack.ts'
import { LogQueries } from './log-queries.ts'

/** What people look at; alarms are with what they watch. It can be deployed and deleted without touching what runs. */
export class ObservabilityStack extends Stack {
  constructor(scope: App, id: string, { config, data }: { config: DeploymentConfig; data: DataStack }) {
    super(scope, id, { description: 'Weir: dashboard and queries', env: { region: config.region } })
    new Dashboard(this, 'Dashboard', { config, tableName: data.table.tableName })
    new LogQueries(this, 'Queries', config.stage)
  }
}
