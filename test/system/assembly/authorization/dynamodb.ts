import { z } from 'zod'
import type { Request } from '../../../emulator/iam/evaluate.ts'
import type { Place, ServiceCall } from './service-call.ts'

const Key = z.looseObject({ pk: z.object({ S: z.string() }) })

const Single = z.looseObject({
  TableName: z.string(),
  Key: Key.optional(),
  Item: Key.optional(),
  KeyConditionExpression: z
    .string()
    .regex(/^pk = :pk( AND |$)/)
    .optional(),
  ExpressionAttributeValues: z.looseObject({ ':pk': z.object({ S: z.string() }).optional() }).optional(),
})

/** What each part of a transaction is authorised by: there is no action for the transaction itself. */
const PARTS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Update: 'UpdateItem',
  Get: 'GetItem',
}

const Transaction = z.object({ TransactItems: z.array(z.record(z.enum(Object.keys(PARTS)), Single.optional())) })

/** Actions on a table with the partition keys that are really sent: each item of a transaction by itself. */
export function dynamodbRequests(
  { operation, body }: Pick<ServiceCall, 'operation' | 'body'>,
  { region, account }: Place,
): readonly Request[] {
  const request = (action: string, part: z.output<typeof Single>, enclosing?: string): Request => {
    const key = (part.Key ?? part.Item)?.pk ?? part.ExpressionAttributeValues?.[':pk']
    return {
      action: `dynamodb:${action}`,
      resource: `arn:aws:dynamodb:${region}:${account}:table/${part.TableName}`,
      context: {
        ...(key && { 'dynamodb:LeadingKeys': [key.S] }),
        ...(enclosing !== undefined && { 'dynamodb:EnclosingOperation': enclosing }),
      },
    }
  }
  const json: unknown = JSON.parse(body)
  if (!operation.startsWith('Transact')) return [request(operation, Single.parse(json))]
  return Transaction.parse(json).TransactItems.flatMap((item) =>
    Object.entries(item).flatMap(([kind, part]) => (part ? [request(PARTS[kind] ?? kind, part, operation)] : [])),
  )
}
