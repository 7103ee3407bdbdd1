import type { Connection } from '@platformatic/kafka'
import type { Certificates } from '../../../shared/ports/certificates.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { Kafka, KafkaTarget } from '../../../shared/ports/kafka.ts'
import type { Log } from '../../../shared/ports/log.ts'
import { deleteAccessRules, putAccessRules } from './access-rules.ts'
import { awaitUser } from './await-user.ts'
import { readBrokerFacts } from './broker-facts.ts'
import { roundTrip } from './canary.ts'
import { alterClusterConfig, clearOverrides, overrideOnBroker, readBrokerConfig } from './cluster-config.ts'
import { firstAnswer } from './connections.ts'
import { cachedIdentities } from './identity.ts'
import { readLogDirs, readReplicaSizes } from './log-dirs.ts'
import { readFeatures, readRegistered, tellsOfFenced, unregisterBroker, updateFeatures } from './membership.ts'
import { readBrokers, readTopics } from './metadata.ts'
import { cancelMoves, electPreferredLeaders, moveReplicas, readReassignments } from './moves.ts'
import { quorumView } from './quorum.ts'
import { readMinInSync, readOwnMinInSync } from './replication.ts'
import {
  clearBrokerThrottles,
  clearTopicThrottles,
  readBrokersWithThrottles,
  readTopicsWithThrottles,
  throttleBrokers,
  throttleReplicas,
} from './throttles.ts'
import { createTopic, deleteTopic } from './topics.ts'
import { deleteUser, putUser } from './users.ts'

/** What the adapter is made of. */
export interface KafkaClusterParts {
  readonly certificates: Pick<Certificates, 'controlPlane'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn'>
}

/**
 * Talks to running clusters over their internal mTLS listeners as the control plane, and for the canary over the client
 * listener as a tenant would. Each call opens its own connection, tries one listener after the other and is bounded.
 */
export function kafkaCluster({ certificates, clock, log }: KafkaClusterParts): Kafka {
  const identity = cachedIdentities(certificates, clock)
  const onBroker = async <T>(target: KafkaTarget, call: (connection: Connection) => Promise<T>): Promise<T> =>
    firstAnswer({ clock, log }, target, target.brokers, { tls: await identity(target) }, call)
  return {
    quorum: async (target) => quorumView(target, { tls: await identity(target) }),
    brokers: (target) => onBroker(target, readBrokers),
    topics: (target) => onBroker(target, readTopics),
    minInSyncReplicas: (target, topics) => onBroker(target, (connection) => readMinInSync(connection, topics)),
    topicsWithOwnMinInSync: (target, topics) => onBroker(target, (connection) => readOwnMinInSync(connection, topics)),
    reassignments: (target) => onBroker(target, readReassignments),
    replicaSizes: async (target, nodeId) =>
      readReplicaSizes({ clock, log }, target, nodeId, { tls: await identity(target) }),
    moveReplicas: (target, moves) =>
      onBroker(target, (connection) => moveReplicas(connection, target.kafkaVersion, moves)),
    cancelMoves: (target, partitions) =>
      onBroker(target, (connection) => cancelMoves(connection, target.kafkaVersion, partitions)),
    throttleReplicas: (target, throttled) => onBroker(target, (connection) => throttleReplicas(connection, throttled)),
    clearTopicThrottles: (target, topics) => onBroker(target, (connection) => clearTopicThrottles(connection, topics)),
    topicsWithThrottles: (target) => onBroker(target, readTopicsWithThrottles),
    throttleBrokers: async (target, nodeIds, bytesPerSecond) =>
      throttleBrokers(target, nodeIds, bytesPerSecond, { tls: await identity(target) }),
    clearBrokerThrottles: async (target, nodeIds) =>
      clearBrokerThrottles(target, nodeIds, { tls: await identity(target) }),
    brokersWithThrottles: async (target) =>
      readBrokersWithThrottles({ clock, log }, target, { tls: await identity(target) }),
    electPreferredLeaders: (target, partitions) =>
      onBroker(target, (connection) => electPreferredLeaders(connection, partitions)),
    registeredBrokers: async (target) =>
      tellsOfFenced(target.kafkaVersion) ? onBroker(target, readRegistered) : 'unknown',
    unregisterBroker: async (target, nodeId) => unregisterBroker(target, nodeId, { tls: await identity(target) }),
    features: async (target) => readFeatures(target, { tls: await identity(target) }),
    updateFeatures: async (target, levels, options) =>
      updateFeatures(target, levels, options, { tls: await identity(target) }),
    logDirs: async (target, nodeId) => readLogDirs({ clock, log }, target, nodeId, { tls: await identity(target) }),
    alterClusterConfig: (target, sets, deletes, { validateOnly }) =>
      onBroker(target, (connection) => alterClusterConfig(connection, sets, deletes, validateOnly)),
    overrideOnBroker: async (target, nodeId, sets) =>
      overrideOnBroker({ clock, log }, target, nodeId, sets, { tls: await identity(target) }),
    clearOverrides: async (target, nodeId, keys) =>
      clearOverrides(target, nodeId, keys, { tls: await identity(target) }),
    brokerConfig: async (target, nodeId, keys) =>
      readBrokerConfig({ clock, log }, target, nodeId, keys, { tls: await identity(target) }),
    brokerFacts: async (target, nodeId) =>
      readBrokerFacts({ clock, log }, target, nodeId, { tls: await identity(target) }),
    createTopic: (target, topic) => onBroker(target, (connection) => createTopic(connection, clock, topic)),
    deleteTopic: (target, name) => onBroker(target, (connection) => deleteTopic(connection, clock, name)),
    putUser: (target, user, password) => onBroker(target, (connection) => putUser(connection, user, password)),
    deleteUser: (target, user) => onBroker(target, (connection) => deleteUser(connection, user)),
    putAccessRules: (target, rules) => onBroker(target, (connection) => putAccessRules(connection, rules)),
    deleteAccessRules: (target, principal) =>
      onBroker(target, (connection) => deleteAccessRules(connection, principal)),
    awaitUser: async (target, name, password, ruleCount) =>
      awaitUser(clock, target, await identity(target), { name, password, ruleCount }),
    roundTrip: (target, user, password, caPem, topic) =>
      roundTrip({ clock, log }, { target, user, password, caPem, topic }),
  }
}
