import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Store } from '../../shared/ports/store.ts'
import { AWS_CLIENT_SETTINGS } from './aws-client-settings.ts'
import { openDynamoStore } from './dynamo-store.ts'
import type { SessionCredentials } from './tenant-session.ts'

/**
 * The table of the function's own region and role. It cannot read the change feed: on AWS the stream calls a function
 * with the changes, so no role needs a right to read it.
 */
export function openDynamoTable(tableName: string, clock: Clock): Store {
  return openDynamoStore({ client: new DynamoDBClient(AWS_CLIENT_SETTINGS), tableName, clock, random: Math.random })
}

/** The connections of all clients that act for tenants: a new tenant needs credentials of its own, not a handshake. */
let connections: DynamoDBClient['config']['requestHandler'] | undefined

/** The same table as the session of one tenant reaches it: that tenant's rows. */
export function openTenantTable(
  tableName: string,
  credentials: () => Promise<SessionCredentials>,
  clock: Clock,
): Store {
  const client = new DynamoDBClient({
    ...AWS_CLIENT_SETTINGS,
    ...(connections && { requestHandler: connections }),
    credentials,
  })
  connections ??= client.config.requestHandler
  return openDynamoStore({ client, tableName, clock, random: Math.random })
}
