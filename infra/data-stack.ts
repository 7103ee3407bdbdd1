import { type App, Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import type { ManagedPolicy } from 'aws-cdk-lib/aws-iam'
import type { Key } from 'aws-cdk-lib/aws-kms'
import { AuthorityKey } from './authority-key.ts'
import type { DeploymentConfig } from './config.ts'
import { EventsBus } from './events-bus.ts'
import { PermissionBoundary } from './permission-boundary.ts'
import { StateTable } from './state-table.ts'

/** What must survive any change of the rest: state, events, and the key of the authorities. */
export class DataStack extends Stack {
  readonly table: Table
  readonly bus: EventBus
  readonly authorityKey: Key
  /** The most that any role of the deployment may do. */
  readonly boundary: ManagedPolicy

  constructor(scope: App, id: string, config: DeploymentConfig) {
    super(scope, id, {
      description: 'Weir: state and events',
      env: { region: config.region },
      terminationProtection: true,
    })
    this.table = new StateTable(this, 'State').table
    this.authorityKey = new AuthorityKey(this, 'Authority', config.stage).key
    this.bus = new EventsBus(this, 'Events', { stage: config.stage, retentionDays: config.logRetentionDays }).bus
    const { table, bus, authorityKey } = this
    this.boundary = new PermissionBoundary(this, 'Boundary', { config, table, bus, authorityKey }).policy
  }
}
