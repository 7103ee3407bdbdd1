import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets'
import { Construct } from 'constructs'
import { fleetVariable } from './grants.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/** A schedule fires once a minute at most; the function sweeps several times until the next one. */
const EVERY_MINUTES = 1

/** Until the next one has begun, and as long again for a sweep of many clusters. */
const TIMEOUT_SECONDS = 120

/** Looks after all clusters: hosts that fell silent, operations that nobody works on, machines that are gone. */
export class Sweeper extends Construct {
  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    const { resources } = surroundings
    const { lambda } = new WeirFunction(this, 'sweep', {
      ...surroundings,
      kind: 'sweep',
      description: 'Notices silent hosts and operations that nobody works on',
      needs: ['store', 'clock', 'ids', 'log', 'workflows', 'hosts'],
      use: { workflows: ['start', 'stop', 'describe'], hosts: 'list' },
      environment: {
        WEIR_TABLE: resources.table.tableName,
        WEIR_STATE_MACHINE_ARN_PREFIX: resources.machines.prefix,
        ...fleetVariable(resources),
      },
      timeoutSeconds: TIMEOUT_SECONDS,
      memoryMiB: 512,
    })
    new Rule(this, 'Schedule', {
      description: 'Weir looks after its clusters',
      schedule: Schedule.rate(Duration.minutes(EVERY_MINUTES)),
      // What was missed is made up for by the next one.
      targets: [new LambdaFunction(lambda, { retryAttempts: 0 })],
    })
  }
}
