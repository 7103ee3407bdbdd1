import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

/** The most that SQS keeps a message: time to notice it and to find out what failed. */
const KEPT_DAYS = 14

/** Where it is written down what could not be done: encrypted, over TLS only, and an end in itself. */
export function putAsideQueue(scope: Construct, id: string): Queue {
  const queue = new Queue(scope, id, {
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(KEPT_DAYS),
  })
  acknowledge(queue, 'It is itself where it goes what failed.', 'SQS3')
  return queue
}
