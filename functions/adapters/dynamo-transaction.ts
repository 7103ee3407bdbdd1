import { randomUUID } from 'node:crypto'
import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactionInProgressException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import type { Clock } from '../../shared/ports/clock.ts'
import { TransactionConflict } from '../../shared/ports/store.ts'
import type { CheckedWrite } from '../../shared/ports/store-rules.ts'
import { toLiveItem, toTableItem, toTableKey } from './dynamo-items.ts'

/** Eight tries wait at most 20 + 40 + … + 1000 ms, about 3.3 s: well inside the 29 s of an API request. */
const MAX_TRIES = 8
const FIRST_DELAY_MILLISECONDS = 20
const LONGEST_DELAY_MILLISECONDS = 1_000

/** Another transaction held one of the items, or the table was short of capacity: trying again is right. */
const PASSING_REASONS: ReadonlySet<string | undefined> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
])

interface CommitOptions {
  readonly client: DynamoDBClient
  readonly tableName: string
  readonly clock: Clock
  readonly random: () => number
}

/**
 * Commits all writes or none. A single write goes the same way: PutItem would cost half, but takes no request token, so
 * a retry after a lost answer would meet its own effect and report a conflict that never was. One token serves all
 * tries: should an earlier one have been committed unseen, DynamoDB answers the later one with success.
 */
export async function commit(options: CommitOptions, writes: readonly CheckedWrite[]): Promise<void> {
  const { client, tableName, clock, random } = options
  const nowSeconds = Math.floor(clock.now() / 1000)
  const command = new TransactWriteItemsCommand({
    ClientRequestToken: randomUUID(),
    TransactItems: writes.map((write) => toTransactItem(tableName, write, nowSeconds)),
  })
  for (let tries = 1; ; tries += 1) {
    try {
      await client.send(command)
      return
    } catch (error) {
      if (!isPassing(error, writes, nowSeconds)) throw error
      if (tries === MAX_TRIES) throw error instanceof TransactionCanceledException ? exhausted(error) : error
      const delay = Math.min(LONGEST_DELAY_MILLISECONDS, FIRST_DELAY_MILLISECONDS * 2 ** (tries - 1))
      await clock.sleep(random() * delay)
    }
  }
}

function toTransactItem(TableName: string, write: CheckedWrite, nowSeconds: number): TransactWriteItem {
  const { guard } = write
  const now = { ':now': { N: String(nowSeconds) } }
  // An expired item counts as absent, though DynamoDB may delete it days later.
  const condition =
    guard === 'absent'
      ? {
          ConditionExpression: 'attribute_not_exists(pk) OR expiresAt <= :now',
          ExpressionAttributeValues: now,
        }
      : {
          ConditionExpression: 'version = :version AND (attribute_not_exists(expiresAt) OR expiresAt > :now)',
          ExpressionAttributeValues: { ...now, ':version': { N: String(guard.version) } },
        }
  const common = { TableName, ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }
  if (write.kind === 'put') {
    return { Put: { ...common, Item: toTableItem(write.key, write.version, write.json, write.expiresAt) } }
  }
  const keyed = { ...common, Key: toTableKey(write.key) }
  return write.kind === 'delete' ? { Delete: keyed } : { ConditionCheck: keyed }
}

/** True for what a further try may cure; throws the port's conflict when a guard did not hold. */
function isPassing(error: unknown, writes: readonly CheckedWrite[], nowSeconds: number): boolean {
  if (error instanceof TransactionInProgressException) return true
  if (!(error instanceof TransactionCanceledException)) return false
  const reasons = error.CancellationReasons ?? []
  const failed = writes.flatMap(({ key }, index) => {
    const reason = reasons[index]
    if (reason?.Code !== 'ConditionalCheckFailed') return []
    return { key, current: reason.Item && toLiveItem(reason.Item, nowSeconds) }
  })
  if (failed.length > 0) throw new TransactionConflict(failed)
  const refused = reasons.filter(({ Code }) => Code !== 'None')
  return refused.length > 0 && refused.every(({ Code }) => PASSING_REASONS.has(Code))
}

/** Other writers won every time: to the caller that is a conflict whose guards were never seen to fail. */
function exhausted(error: TransactionCanceledException): Error {
  const isContended = (error.CancellationReasons ?? []).some(
    ({ Code }: CancellationReason) => Code === 'TransactionConflict',
  )
  return isContended ? new TransactionConflict([]) : error
}
