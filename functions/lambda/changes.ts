import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { Needed } from '../../shared/ports/ports.ts'
import { toChange } from '../adapters/dynamo-items.ts'
import type { CHANGE_JOB_NEEDS } from '../jobs/on-changes.ts'
import { onChanges } from '../jobs/on-changes.ts'

/**
 * What the table's stream invokes with committed changes, in their order. The first one that cannot be followed is named:
 * Lambda gives it and what comes behind it again, and puts it aside once it was tried long enough.
 */
export function changesHandler(
  ports: Needed<(typeof CHANGE_JOB_NEEDS)[number]>,
): (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse> {
  const follow = async (record: DynamoDBRecord): Promise<boolean> => {
    try {
      await onChanges(ports, [toChange(record)])
      return true
    } catch (error) {
      ports.log.error('a committed change was not followed', { sequenceNumber: sequenceNumberOf(record) }, error)
      return false
    }
  }
  return async ({ Records: records }) => {
    for (const record of records) {
      if (!(await follow(record))) return { batchItemFailures: [{ itemIdentifier: sequenceNumberOf(record) }] }
    }
    return { batchItemFailures: [] }
  }
}

/** Without a number Lambda takes the whole batch for failed. */
function sequenceNumberOf({ dynamodb }: DynamoDBRecord): string {
  return dynamodb?.SequenceNumber ?? ''
}
