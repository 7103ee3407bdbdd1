import type { Violation } from '../errors/domain-error.ts'
import { TopicSpec } from './cluster-spec.ts'
import { partRules } from './part-rules.ts'

/** What a topic's rules depend on: its cluster, as ordered. */
export interface TopicSurroundings {
  readonly brokerCount: number
  /** What `min.insync.replicas` is for topics that do not set it. */
  readonly minInsyncReplicas: number
}

const MIN_INSYNC = 'min.insync.replicas'

/** The replicas that must have a record before acks=all is answered: a topic's own setting, or undefined where malformed. */
function ownMinInsync(topic: Pick<TopicSpec, 'config'>): number | undefined {
  const text = topic.config[MIN_INSYNC]
  return text !== undefined && /^[1-9][0-9]{0,2}$/.test(text) ? Number(text) : undefined
}

/** The rules of a topic by itself; `at` is the pointer to it. */
export function topicViolations(topic: Partial<TopicSpec>, at: string): readonly Violation[] {
  const { config, replicationFactor } = topic
  if (config === undefined) return []
  const violations: Violation[] = []
  const own = ownMinInsync({ config })
  if (config[MIN_INSYNC] !== undefined && own === undefined) {
    violations.push({
      pointer: `${at}/config/${MIN_INSYNC}`,
      rule: 'minimum',
      detail: 'must be a whole number of at least 1',
    })
  }
  if (own !== undefined && replicationFactor !== undefined && own > replicationFactor) {
    violations.push({
      pointer: `${at}/config/${MIN_INSYNC}`,
      rule: 'min_insync_above_replicas',
      detail: `must be at most replicationFactor (${replicationFactor}), or no write with acks=all could succeed`,
    })
  }
  return violations
}

/** The rules between a topic and its cluster. */
export function topicPlacementViolations(
  topic: TopicSpec,
  { brokerCount, minInsyncReplicas }: TopicSurroundings,
  at: string,
): readonly Violation[] {
  const violations: Violation[] = []
  if (topic.replicationFactor > brokerCount) {
    violations.push({
      pointer: `${at}/replicationFactor`,
      rule: 'replicas_above_brokers',
      detail: `must be at most the number of brokers (${brokerCount})`,
    })
  }
  if (topic.config[MIN_INSYNC] === undefined && topic.replicationFactor < minInsyncReplicas) {
    violations.push({
      pointer: `${at}/replicationFactor`,
      rule: 'min_insync_above_replicas',
      detail: `must be at least min.insync.replicas, here ${minInsyncReplicas} by the cluster's setting; give the topic its own in config`,
    })
  }
  return violations
}

/** The rules of the body of `POST …/topics` that need no cluster. */
export const topicRules = partRules(TopicSpec, (topic) => topicViolations(topic, ''))
