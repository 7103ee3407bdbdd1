import type { AccessRule } from '../ports/kafka.ts'
import type { UserRecord } from '../records/user.ts'

/** The principal of a SCRAM user in Kafka's rules. */
export function principalOf(userName: string): string {
  return `User:${userName}`
}

type Operation = AccessRule['operation']
type Resource = Exclude<AccessRule['resource'], 'cluster'>

/**
 * What each role may do with topics, consumer groups and transactional ids that begin with its prefix. The consumer may
 * write nothing but its own offsets (Read on the group); the producer may use transactions and may ask which partitions
 * there are, but sees no record.
 */
const PREFIXED: Readonly<Record<UserRecord['role'], readonly (readonly [Resource, Operation])[]>> = {
  admin: [
    ['topic', 'All'],
    ['group', 'All'],
    ['transactionalId', 'All'],
  ],
  producer: [
    ['topic', 'Write'],
    ['topic', 'Describe'],
    ['topic', 'DescribeConfigs'],
    ['transactionalId', 'Write'],
    ['transactionalId', 'Describe'],
  ],
  consumer: [
    ['topic', 'Read'],
    ['topic', 'Describe'],
    ['topic', 'DescribeConfigs'],
    ['group', 'Read'],
    ['group', 'Describe'],
  ],
}

/**
 * What each role may do with the cluster itself. Idempotent writing needs no rule of its own since Kafka 2.8, but older
 * client libraries ask for it. An admin may create and describe; it may not alter the cluster, whose settings and rules
 * belong to the control plane.
 */
const ON_CLUSTER: Readonly<Record<UserRecord['role'], readonly Operation[]>> = {
  admin: ['Describe', 'DescribeConfigs', 'IdempotentWrite'],
  producer: ['IdempotentWrite'],
  consumer: [],
}

/** The rules that make a user's role true in Kafka. Every name begins with the empty prefix. */
export function accessRules(user: Pick<UserRecord, 'name' | 'role' | 'topicPrefix'>): AccessRule[] {
  const principal = principalOf(user.name)
  return [
    ...PREFIXED[user.role].map(
      ([resource, operation]): AccessRule => ({
        principal,
        resource,
        pattern: 'prefixed',
        name: user.topicPrefix,
        operation,
      }),
    ),
    ...ON_CLUSTER[user.role].map(
      (operation): AccessRule => ({
        principal,
        resource: 'cluster',
        pattern: 'literal',
        name: 'kafka-cluster',
        operation,
      }),
    ),
  ]
}
