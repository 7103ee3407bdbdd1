import type { OperationUsage } from './operation-usage.ts'
import type { Line } from './prices.ts'

/** What an operation costs by what it was seen to use. */
export function operationLines(usage: OperationUsage): readonly Line[] {
  const line = (what: string, price: Line['price'], count: number): Line => ({ what, price, quantity: BigInt(count) })
  return [
    line('API requests', 'apiRequest', usage.tenantApiRequests + usage.hostApiRequests),
    line('state transitions', 'stateTransition', usage.stateTransitions),
    line('Lambda', 'lambdaRequest', usage.lambdaRequests),
    line('Lambda', 'lambdaMebibyteMillisecond', usage.lambdaMebibyteMilliseconds),
    line('DynamoDB', 'dynamodbReadHalfUnit', usage.dynamodbReadHalfUnits),
    line('DynamoDB', 'dynamodbWriteUnit', usage.dynamodbWriteUnits),
    line('events', 'event', usage.eventsPublished),
    line('signatures', 'kmsSignature', usage.kmsSignatures),
  ]
}
