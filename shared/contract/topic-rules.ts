import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { Violation } from '../errors/domain-error.ts'
import { validateTopicConfig } from '../kafka/topic-config.ts'
import type { TopicSpec } from './cluster-spec.ts'

/** What a topic's rules depend on: its cluster, as ordered. */
export interface TopicSurroundings {
  readonly kafkaVersion: KafkaVersion
  readonly brokerCount: number
  /** What `min.insync.replicas` is for topics that do not set it. */
  readonly minInsyncReplicas: number
}

const MIN_INSYNC = 'min.insync.replicas'

/** The rules between a topic and its cluster; `at` is the pointer to the topic. */
export function topicViolations(topic: TopicSpec, cluster: TopicSurroundings, at: string): readonly Violation[] {
  const settings = validateTopicConfig(cluster.kafkaVersion, topic.config)
  return [
    ...settings.map(({ key, rule, detail }) => ({ pointer: `${at}/config/${escaped(key)}`, rule, detail })),
    ...replicaViolations(topic, cluster, at),
  ]
}

/** A key as a part of a JSON pointer. */
function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

function replicaViolations(topic: TopicSpec, cluster: TopicSurroundings, at: string): readonly Violation[] {
  const { replicationFactor, config } = topic
  const violations: Violation[] = []
  if (replicationFactor > cluster.brokerCount) {
    violations.push({
      pointer: `${at}/replicationFactor`,
      rule: 'replicas_above_brokers',
      detail: `must be at most the number of brokers (${cluster.brokerCount})`,
    })
  }
  const own = config[MIN_INSYNC]
  if (own !== undefined && Number(own) > replicationFactor) {
    violations.push({
      pointer: `${at}/config/${MIN_INSYNC}`,
      rule: 'min_insync_above_replicas',
      detail: `must be at most replicationFactor (${replicationFactor}), or no write with acks=all could succeed`,
    })
  }
  if (own === undefined && cluster.minInsyncReplicas > replicationFactor) {
    violations.push({
      pointer: `${at}/replicationFactor`,
      rule: 'min_insync_above_replicas',
      detail: `must be at least min.insync.replicas, here ${cluster.minInsyncReplicas} by the cluster's setting; give the topic its own in config`,
    })
  }
  return violations
}
