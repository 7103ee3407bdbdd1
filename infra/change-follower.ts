import { Duration } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { FOLLOWED_SORT_PREFIXES } from '../shared/records/followed.ts'
import { acknowledge } from './acknowledge.ts'
import { putAsideQueue } from './put-aside-queue.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/**
 * How long a change that cannot be followed is tried again before it is put aside. It holds up the changes of its shard
 * for as long, so that their order holds through an outage; a day is all that the stream keeps.
 */
const TRIED_FOR_HOURS = 6

/** Follows the table's stream: starts the operations that were committed and publishes the events. */
export class ChangeFollower extends Construct {
  /** Where the batches are named that were put aside. */
  readonly asideQueue: Queue
  readonly lambda: WeirFunction<'changes'>['lambda']

  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    const { table, bus, machines } = surroundings.resources
    const streamArn = table.tableStreamArn
    if (streamArn === undefined) throw new Error('the table has no stream')
    const { lambda, role } = new WeirFunction(this, 'changes', {
      ...surroundings,
      kind: 'changes',
      description: 'Starts committed operations and publishes committed events',
      needs: ['store', 'clock', 'ids', 'log', 'workflows', 'events'],
      use: { workflows: ['start'] },
      environment: {
        WEIR_TABLE: table.tableName,
        WEIR_STATE_MACHINE_ARN_PREFIX: machines.prefix,
        WEIR_EVENT_BUS: bus.eventBusName,
      },
      timeoutSeconds: 60,
      memoryMiB: 512,
    })
    this.lambda = lambda
    role.addToPolicy(
      new PolicyStatement({
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: [streamArn],
      }),
    )
    role.addToPolicy(new PolicyStatement({ actions: ['dynamodb:ListStreams'], resources: ['*'] }))
    this.asideQueue = putAsideQueue(this, 'Aside')
    new EventSourceMapping(this, 'Stream', {
      target: lambda,
      eventSourceArn: streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      reportBatchItemFailures: true,
      bisectBatchOnError: true,
      maxRecordAge: Duration.hours(TRIED_FOR_HOURS),
      onFailure: new SqsDlq(this.asideQueue),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.or('INSERT', 'MODIFY'),
          dynamodb: { Keys: { sk: { S: FOLLOWED_SORT_PREFIXES.flatMap(FilterRule.beginsWith) } } },
        }),
      ],
    })
    acknowledge(
      role,
      'Lambda lists the streams to find the one of the table, which takes no resource but *.',
      'IAM5[Resource::*]',
    )
  }
}
