import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'

/** API Gateway gives up after 29 seconds, so a handler has no more. */
const TIME_LIMIT_MILLISECONDS = 29_000

/** The context that Lambda hands to a function, for functions that run in this process. */
export function lambdaContext(functionName: string): Context {
  const startedAt = performance.now()
  return {
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `local:${functionName}`,
    memoryLimitInMB: '512',
    awsRequestId: randomUUID(),
    logGroupName: functionName,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, TIME_LIMIT_MILLISECONDS - (performance.now() - startedAt)),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}
