import { RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { functionVariable, stepsOf, toAsl } from '../workflows/render.ts'
import { stepGroup } from '../workflows/step-groups.ts'
import type { Workflow } from '../workflows/workflow.ts'
import { acknowledge } from './acknowledge.ts'
import type { DeploymentConfig } from './config.ts'
import { machineName } from './machine-arns.ts'

/** What a state machine is made of. */
export interface WorkflowMachineProps {
  readonly config: DeploymentConfig
  readonly name: string
  readonly workflow: Workflow
  /** The function of each group of steps. */
  readonly functions: ReadonlyMap<string, IFunction>
}

/** One workflow as a Standard state machine: the very definition that the local mode runs. It may invoke its steps' functions. */
export class WorkflowMachine extends Construct {
  readonly machine: StateMachine

  constructor(scope: Construct, id: string, { config, name, workflow, functions }: WorkflowMachineProps) {
    super(scope, id)
    const groups = [...new Set(stepsOf(workflow).map(stepGroup))]
    const arns = new Map(groups.map((group) => [group, arnOf(functions, group)]))
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: machineName(config.stage, name),
      stateMachineType: StateMachineType.STANDARD,
      comment: workflow.Comment,
      definitionBody: DefinitionBody.fromString(JSON.stringify(toAsl(workflow))),
      // An execution goes on with the definition that it began with; a new attempt of its operation takes the newest, and finds what is
      // done. So no versions and aliases are needed to change a workflow while operations run.
      definitionSubstitutions: Object.fromEntries([...arns].map(([group, arn]) => [functionVariable(group), arn])),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          // Below this name the service needs no entry in the account's one policy for log deliveries.
          logGroupName: `/aws/vendedlogs/states/${machineName(config.stage, name)}`,
          retention: config.logRetentionDays,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        // Every transition, as the rule pack asks, and none of the data: which is ids only, all the same.
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
    })
    this.machine.addToRolePolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [...arns.values()] }),
    )
    acknowledge(this.machine, 'X-Ray and the delivery of logs take no resource but *.', 'IAM5[Resource::*]')
  }
}

function arnOf(functions: ReadonlyMap<string, IFunction>, group: string): string {
  const found = functions.get(group)
  if (!found) throw new Error(`there is no function for the steps of ${group}`)
  return found.functionArn
}
