import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import { stepGroups } from '../workflows/step-groups.ts'
import { WORKFLOWS } from '../workflows/workflows.ts'
import { dnsVariables, fleetVariable, privateCaVariable } from './grants.ts'
import { makesAuthorities } from './private-ca-grants.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'
import { WorkflowMachine } from './workflow-machine.ts'

/** Every group of steps as a function, and every workflow as a state machine that invokes them. */
export class Workflows extends Construct {
  readonly machines: readonly StateMachine[]

  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    const functions = new Map(stepGroups().map((group) => [group.name, this.#stepFunction(surroundings, group)]))
    this.machines = Object.entries(WORKFLOWS).map(
      ([name, workflow]) =>
        new WorkflowMachine(this, name, { config: surroundings.config, name, workflow, functions }).machine,
    )
  }

  #stepFunction(surroundings: FunctionSurroundings, group: ReturnType<typeof stepGroups>[number]): IFunction {
    const { resources } = surroundings
    return new WeirFunction(this, group.name, {
      ...surroundings,
      kind: 'steps',
      description: `Runs the steps ${group.steps.join(', ')}`.slice(0, 256),
      needs: group.needs,
      use: { workflows: ['stop', 'answer'], authorities: makesAuthorities(group.needs) ? 'make' : 'use' },
      environment: {
        WEIR_TABLE: resources.table.tableName,
        WEIR_STATE_MACHINE_ARN_PREFIX: resources.machines.prefix,
        WEIR_AUTHORITY_KEY_ARN: resources.authorityKey.keyArn,
        ...fleetVariable(resources),
        ...dnsVariables(resources),
        ...(makesAuthorities(group.needs) && privateCaVariable(resources)),
      },
      timeoutSeconds: group.timeoutSeconds,
      memoryMiB: 512,
    }).lambda
  }
}
