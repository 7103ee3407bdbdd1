import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts'
import type { Clock } from '../../shared/ports/clock.ts'
import { TENANT_ID } from '../../shared/records/ids.ts'
import { AWS_CLIENT_SETTINGS } from './aws-client-settings.ts'

/** Credentials that come to an end, as the clients of the SDK take them. */
export interface SessionCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** What a tenant's sessions are made with. */
export interface TenantSessionParts {
  /** By default one of the function's own region and role. */
  readonly client?: STSClient
  /** A role that can be taken on with the tag `tenantId` only, and then reaches what is that tenant's. */
  readonly roleArn: string
  /** As the authoriser found it in the verified token, and from nowhere else. */
  readonly tenantId: string
  readonly clock: Pick<Clock, 'now'>
}

/** The tag by which the policy of the role knows the tenant. */
const TENANT_TAG = 'tenantId'

/** The longest that a role may be taken on by a function, which is itself a session of a role. */
const SESSION_SECONDS = 3600

/** A new session is made so long before the end of the one before: longer than any request takes. */
const RENEWED_BEFORE_END_MILLISECONDS = 5 * 60_000

/** One client for the sessions of all tenants, made when the first is needed. */
let ownClient: STSClient | undefined

/**
 * Gives out the credentials of one tenant's session, a new one shortly before the last ends. Whoever asks while one is
 * being made waits for the same one; a failure is told to those who wait and not kept.
 */
export function tenantSession({ client, roleArn, tenantId, clock }: TenantSessionParts) {
  if (!TENANT_ID.test(tenantId)) throw new RangeError(`not the id of a tenant: ${tenantId}`)
  let current: Promise<SessionCredentials> | undefined
  let renewedAt = 0

  const open = async (): Promise<SessionCredentials> => {
    ownClient ??= new STSClient(AWS_CLIENT_SETTINGS)
    const command = new AssumeRoleCommand({
      RoleArn: roleArn,
      // It stands in the account's log of calls; a name has 2 to 64 characters, an id 1 to 63.
      RoleSessionName: `@${tenantId}`,
      DurationSeconds: SESSION_SECONDS,
      Tags: [{ Key: TENANT_TAG, Value: tenantId }],
      TransitiveTagKeys: [TENANT_TAG],
    })
    const { Credentials: given } = await (client ?? ownClient).send(command)
    if (!given?.AccessKeyId || !given.SecretAccessKey || !given.SessionToken || !given.Expiration) {
      throw new Error(`the session of ${tenantId} came without its credentials`)
    }
    renewedAt = given.Expiration.getTime() - RENEWED_BEFORE_END_MILLISECONDS
    return {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
      expiration: given.Expiration,
    }
  }

  return (): Promise<SessionCredentials> => {
    if (current !== undefined && clock.now() < renewedAt) return current
    renewedAt = Number.POSITIVE_INFINITY
    const opened = open()
    current = opened
    opened.catch(() => {
      if (current === opened) current = undefined
    })
    return opened
  }
}
