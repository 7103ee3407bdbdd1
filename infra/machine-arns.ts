import { ArnFormat, Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { WORKFLOWS } from '../workflows/workflows.ts'

/** The ARNs of all state machines. */
export interface MachineArns {
  /** The part before the name of the workflow. */
  readonly prefix: string
  readonly stateMachines: readonly string[]
  /** Of every execution of every machine. */
  readonly executions: readonly string[]
  /** What the rule pack calls a right on these executions. */
  readonly executionFindings: readonly string[]
}

/** The name of a workflow's state machine. */
export function machineName(stage: string, workflow: string): string {
  return `weir-${stage}-${workflow}`
}

/**
 * The ARNs by name, not by reference: a machine names the functions it invokes, and among them are some that end its
 * executions, so references would go round in a circle.
 */
export function machineArns(scope: Construct, stage: string): MachineArns {
  const arn = (resource: string, resourceName: string): string =>
    Stack.of(scope).formatArn({ service: 'states', resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME })
  const names = Object.keys(WORKFLOWS).map((workflow) => machineName(stage, workflow))
  return {
    prefix: arn('stateMachine', machineName(stage, '')),
    stateMachines: names.map((name) => arn('stateMachine', name)),
    executions: names.map((name) => arn('execution', `${name}:*`)),
    executionFindings: names.map(
      (name) =>
        `IAM5[Resource::arn:<AWS::Partition>:states:${Stack.of(scope).region}:<AWS::AccountId>:execution:${name}:*]`,
    ),
  }
}
