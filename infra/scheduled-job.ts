import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as InvokeFunction } from 'aws-cdk-lib/aws-events-targets'
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { type JobName, SCHEDULES } from '../shared/deployment/schedules.ts'
import { putAsideQueue } from './put-aside-queue.ts'
import { WeirFunction, type WeirFunctionProps } from './weir-function.ts'

/** A job by its name, which is the kind of its function, too; its schedule says how long it may take. */
export type ScheduledJobProps<K extends JobName> = Omit<WeirFunctionProps<K>, 'kind' | 'timeoutSeconds'>

/**
 * A function that runs by a schedule. What was missed or has failed is made up for by the next run, so nothing is tried again;
 * but each run that could not be begun, or that has failed, is written down in a queue with an alarm.
 */
export class ScheduledJob<K extends JobName> extends Construct {
  readonly lambda: LambdaFunction
  readonly rule: Rule
  readonly asideQueue: Queue

  constructor(scope: Construct, name: K, props: ScheduledJobProps<K>) {
    super(scope, name)
    const { everyMinutes, timeoutSeconds } = SCHEDULES[name]
    const made = new WeirFunction<K>(this, name, { ...props, kind: name, timeoutSeconds })
    this.lambda = made.lambda
    this.asideQueue = putAsideQueue(this, 'Aside')
    const isStaleAfter = Duration.minutes(Math.max(everyMinutes, 1))
    this.lambda.configureAsyncInvoke({
      retryAttempts: 0,
      maxEventAge: isStaleAfter,
      onFailure: new SqsDestination(this.asideQueue),
    })
    this.rule = new Rule(this, 'Schedule', {
      description: props.description,
      schedule: Schedule.rate(Duration.minutes(everyMinutes)),
      targets: [
        new InvokeFunction(this.lambda, {
          retryAttempts: 0,
          maxEventAge: isStaleAfter,
          deadLetterQueue: this.asideQueue,
        }),
      ],
    })
  }
}
