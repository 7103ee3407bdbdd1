import { Construct } from 'constructs'
import type { JobName } from '../shared/deployment/schedules.ts'
import { fleetVariable } from './grants.ts'
import { ScheduledJob } from './scheduled-job.ts'
import type { FunctionSurroundings } from './weir-function.ts'

/** What runs by itself: the sweeper, the look for drift, what is due by the clock, and the removal of what belongs to nobody. */
export class Jobs extends Construct {
  readonly all: readonly ScheduledJob<JobName>[]

  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    const { resources, config } = surroundings
    const shared = { WEIR_TABLE: resources.table.tableName, WEIR_STAGE: config.stage, ...fleetVariable(resources) }
    const sweep = new ScheduledJob(this, 'sweep', {
      ...surroundings,
      description: 'Notices silent hosts and operations that nobody works on',
      needs: ['store', 'clock', 'ids', 'log', 'workflows', 'hosts'],
      use: { workflows: ['start', 'stop', 'describe'], hosts: 'list' },
      environment: { ...shared, WEIR_STATE_MACHINE_ARN_PREFIX: resources.machines.prefix },
      memoryMiB: 512,
    })
    const drift = new ScheduledJob(this, 'drift', {
      ...surroundings,
      description: 'Compares what is there with what was ordered, and tells what differs',
      needs: ['store', 'clock', 'ids', 'log', 'hosts', 'kafka'],
      use: { hosts: 'list' },
      environment: { ...shared, WEIR_AUTHORITY_KEY_ARN: resources.authorityKey.keyArn },
      memoryMiB: 512,
    })
    const maintain = new ScheduledJob(this, 'maintain', {
      ...surroundings,
      description: 'Does for each cluster what is due by the clock or by what its hosts report',
      needs: ['store', 'clock', 'ids', 'log'],
      environment: { WEIR_TABLE: resources.table.tableName, WEIR_STAGE: config.stage },
      memoryMiB: 512,
    })
    const orphans = new ScheduledJob(this, 'orphans', {
      ...surroundings,
      description: 'Removes what bears the tags of the deployment and belongs to nobody',
      needs: ['store', 'clock', 'log', 'hosts'],
      use: { hosts: 'remove' },
      environment: shared,
      memoryMiB: 512,
    })
    this.all = [sweep, drift, maintain, orphans]
  }
}
