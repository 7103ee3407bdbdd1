import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { StoreAccess } from '../shared/contract/route-groups.ts'
import type { PortName } from '../shared/ports/ports.ts'
import { acknowledge } from './acknowledge.ts'
import type { MachineArns } from './machine-arns.ts'

/** What the ports reach. */
export interface Resources {
  readonly table: Table
  readonly bus: EventBus
  readonly machines: MachineArns
}

/** How much of a port a function uses, where that makes a difference to its permissions. */
export interface PortUse {
  readonly store: StoreAccess
  /** Starting executions, ending them, asking what became of them, and answering for their parked tasks are four things. */
  readonly workflows: readonly ('start' | 'stop' | 'describe' | 'answer')[]
}

type Grant = (role: Role, resources: Resources, use: PortUse) => void

/** The port works with what every function has: its code, its clock and its log. */
const nothing: Grant = () => undefined

/** All that the store's reads take. */
const READ = ['dynamodb:GetItem', 'dynamodb:Query']

/** A transaction is authorised by the actions it is made of; the store has no update. */
const WRITE = ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']

/** What lets a parked task go on, fail or wait longer. */
const ANSWER = ['states:SendTaskSuccess', 'states:SendTaskFailure', 'states:SendTaskHeartbeat']

/**
 * What each port may do, and so what a function may do that needs it. A port without a row does not compile. No row
 * names a resource by a wildcard but one: executions, which have no ARN before they are started.
 */
export const GRANTS = {
  clock: nothing,
  ids: nothing,
  // A function's right to write its log comes with the function.
  log: nothing,
  store: (role, { table }, use) => allow(role, use.store === 'read' ? READ : [...READ, ...WRITE], [table.tableArn]),
  workflows: (role, { machines }, use) => {
    if (use.workflows.includes('start')) allow(role, ['states:StartExecution'], machines.stateMachines)
    if (use.workflows.includes('stop')) allow(role, ['states:StopExecution'], machines.executions)
    if (use.workflows.includes('describe')) allow(role, ['states:DescribeExecution'], machines.executions)
    if (use.workflows.includes('stop') || use.workflows.includes('describe')) {
      acknowledge(role, 'An execution has no ARN before it is started.', ...machines.executionFindings)
    }
    if (use.workflows.includes('answer')) allow(role, ANSWER, machines.stateMachines)
  },
  events: (role, { bus }) => allow(role, ['events:PutEvents'], [bus.eventBusArn]),
  // Clusters are reached over mTLS, which is no matter of IAM.
  kafka: nothing,
  // These two have no adapter for AWS yet and come with theirs: a right that nothing uses is one too many.
  hosts: nothing,
  certificates: nothing,
} as const satisfies Record<PortName, Grant>

function allow(role: Role, actions: readonly string[], resources: readonly string[]): void {
  role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [...resources] }))
}
