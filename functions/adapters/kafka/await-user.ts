import type { SecureContext } from 'node:tls'
import {
  AclOperations,
  AclPermissionTypes,
  type Connection,
  describeAclsV3,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import { metadata } from './api-versions.ts'
import { withConnection } from './connections.ts'
import { isAuthenticationFailure, isPassing } from './failures.ts'

/** Kafka answers a change of users or rules when the quorum has it; each broker learns of it a moment later. */
const LIMIT_MILLISECONDS = 10_000
const PAUSE_MILLISECONDS = 50

/** A user whose password was just set, and how many access rules were just given to it. */
export interface FreshUser {
  readonly name: string
  readonly password: string
  readonly ruleCount: number
}

/**
 * Resolves when every broker that answers takes the user's password and knows its rules, so that whoever is told the
 * password can use it at once. A broker that does not answer is passed over: it learns of the user before it serves.
 */
export async function awaitUser(
  clock: Clock,
  { brokers, clientListeners }: KafkaTarget,
  tls: SecureContext,
  { name, password, ruleCount }: FreshUser,
): Promise<void> {
  const until = clock.now() + LIMIT_MILLISECONDS
  const knows = async (look: () => Promise<boolean>) => {
    while (!(await answers(look))) {
      if (clock.now() > until) throw new DomainError('KAFKA_UNAVAILABLE', 'A broker does not know the user yet.')
      await clock.sleep(PAUSE_MILLISECONDS)
    }
  }
  await Promise.all([
    ...clientListeners.map((address) => knows(() => logsIn(address, tls, name, password))),
    ...brokers.map((address) =>
      knows(() =>
        withConnection(address, { tls }, async (connection) => (await countRules(connection, name)) >= ruleCount),
      ),
    ),
  ])
}

async function answers(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look()
  } catch (error) {
    if (isPassing(error)) return true
    throw error
  }
}

async function logsIn(address: string, tls: SecureContext, name: string, password: string): Promise<boolean> {
  try {
    await withConnection(address, { tls, user: { name, password } }, (connection) =>
      metadata.async(connection, [], false, false),
    )
    return true
  } catch (error) {
    if (isAuthenticationFailure(error)) return false
    throw error
  }
}

async function countRules(connection: Connection, user: string): Promise<number> {
  const { resources } = await describeAclsV3.api.async(connection, {
    resourceType: ResourceTypes.ANY,
    resourceName: null,
    resourcePatternType: ResourcePatternTypes.ANY,
    principal: `User:${user}`,
    host: null,
    operation: AclOperations.ANY,
    permissionType: AclPermissionTypes.ANY,
  })
  return resources.reduce((count, { acls }) => count + acls.length, 0)
}
