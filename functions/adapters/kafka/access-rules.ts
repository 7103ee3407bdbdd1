import {
  AclOperations,
  AclPermissionTypes,
  type Connection,
  ResourcePatternTypes,
  ResourceTypes,
} from '@platformatic/kafka'
import type { AccessRule } from '../../../shared/ports/kafka.ts'
import { createAcls, deleteAcls } from './api-versions.ts'
import { isPassing, unexpected } from './failures.ts'

const RESOURCES = {
  topic: ResourceTypes.TOPIC,
  group: ResourceTypes.GROUP,
  transactionalId: ResourceTypes.TRANSACTIONAL_ID,
  cluster: ResourceTypes.CLUSTER,
} as const satisfies Record<AccessRule['resource'], number>

const OPERATIONS = {
  Read: AclOperations.READ,
  Write: AclOperations.WRITE,
  Create: AclOperations.CREATE,
  Delete: AclOperations.DELETE,
  Alter: AclOperations.ALTER,
  Describe: AclOperations.DESCRIBE,
  DescribeConfigs: AclOperations.DESCRIBE_CONFIGS,
  AlterConfigs: AclOperations.ALTER_CONFIGS,
  IdempotentWrite: AclOperations.IDEMPOTENT_WRITE,
  All: AclOperations.ALL,
} as const satisfies Record<AccessRule['operation'], number>

/** There is one cluster resource, and this is Kafka's name for it. */
const CLUSTER_NAME = 'kafka-cluster'

/** Allows what the rules say, from any host; rules that exist stay as they are. */
export async function putAccessRules(connection: Connection, rules: readonly AccessRule[]): Promise<void> {
  try {
    await createAcls.async(connection, rules.map(toAcl))
  } catch (error) {
    throw isPassing(error) ? error : unexpected('the access rules', error)
  }
}

/** Removes every rule of a principal, whatever it is about. */
export async function deleteAccessRules(connection: Connection, principal: string): Promise<void> {
  const everythingOfPrincipal = {
    resourceType: ResourceTypes.ANY,
    resourceName: null,
    // ANY means every pattern as it is written; MATCH would mean those that apply to a name.
    resourcePatternType: ResourcePatternTypes.ANY,
    principal,
    host: null,
    operation: AclOperations.ANY,
    permissionType: AclPermissionTypes.ANY,
  }
  try {
    await deleteAcls.async(connection, [everythingOfPrincipal])
  } catch (error) {
    throw isPassing(error) ? error : unexpected('to delete access rules', error)
  }
}

function toAcl({
  principal,
  resource,
  pattern,
  name,
  operation,
}: AccessRule): Parameters<(typeof createAcls)['async']>[1][number] {
  const rest = {
    resourceType: RESOURCES[resource],
    principal,
    host: '*',
    operation: OPERATIONS[operation],
    permissionType: AclPermissionTypes.ALLOW,
  }
  const literal = { ...rest, resourcePatternType: ResourcePatternTypes.LITERAL }
  if (resource === 'cluster') return { ...literal, resourceName: CLUSTER_NAME }
  if (pattern === 'literal') return { ...literal, resourceName: name }
  // Kafka takes no empty prefix; everything is the literal asterisk.
  if (name === '') return { ...literal, resourceName: '*' }
  return { ...rest, resourcePatternType: ResourcePatternTypes.PREFIXED, resourceName: name }
}
