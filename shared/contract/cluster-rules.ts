import { diskAutoscalingViolations } from '../disks/autoscaling-rules.ts'
import type { Violation } from '../errors/domain-error.ts'
import { validateKafkaConfig } from '../kafka/validate-config.ts'
import { defaultReplication } from '../kafka/weir-defaults.ts'
import { inboundViolations } from '../network/inbound-rules.ts'
import { publicAccessViolations } from '../network/public-access.ts'
import { CONTROLLER_COUNT } from '../placement/place-nodes.ts'
import { scheduleViolations } from '../schedule/schedule-rules.ts'
import { ClusterSpec, type TopicSpec } from './cluster-spec.ts'
import { partRules } from './part-rules.ts'
import { type TopicSurroundings, topicViolations } from './topic-rules.ts'

type Parts = Partial<ClusterSpec>

/** The rules between the fields of an order for a cluster, each naming its field (design §3, "Topologies"). */
export const clusterRules = partRules(ClusterSpec, (parts) => [
  ...topologyViolations(parts),
  ...configViolations(parts),
  ...topicsViolations(parts),
  ...inboundViolations(parts),
  ...publicAccessViolations(parts),
  ...diskAutoscalingViolations(parts),
  ...scheduleViolations(parts),
])

function topologyViolations({ topology, brokers, availabilityZones: zones }: Parts): readonly Violation[] {
  const violations: Violation[] = []
  if (topology === 'combined') {
    if (brokers && brokers.count !== CONTROLLER_COUNT) {
      violations.push({
        pointer: '/brokers/count',
        rule: 'combined_has_three_brokers',
        detail: `must be ${CONTROLLER_COUNT} in the combined topology`,
      })
    }
    if (zones && zones.length !== 1 && zones.length !== CONTROLLER_COUNT) {
      violations.push({
        pointer: '/availabilityZones',
        rule: 'combined_in_one_or_three_zones',
        detail: 'must be one zone or three in the combined topology',
      })
    }
  }
  if (topology === 'dedicated' && brokers && zones && brokers.count % zones.length !== 0) {
    violations.push({
      pointer: '/brokers/count',
      rule: 'multiple_of_zones',
      detail: `must be a multiple of the number of availability zones (${zones.length})`,
    })
  }
  return violations
}

/** A setting that is managed, unknown, not of this version, or out of range, and pairs of settings that do not fit. */
function configViolations({ kafkaVersion, config, brokers }: Parts): readonly Violation[] {
  if (!kafkaVersion || !config || !brokers) return []
  return validateKafkaConfig(kafkaVersion, config, brokers.count).map(({ key, rule, detail }) => ({
    pointer: `/config/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    rule: rule.toLowerCase(),
    detail,
  }))
}

/** What the topics of a cluster meet there. */
export function topicSurroundings(spec: Pick<ClusterSpec, 'brokers' | 'config' | 'kafkaVersion'>): TopicSurroundings {
  const configured = Number(spec.config['min.insync.replicas'])
  const usual = defaultReplication(spec.brokers.count, spec.config['default.replication.factor']).inSync
  return {
    kafkaVersion: spec.kafkaVersion,
    brokerCount: spec.brokers.count,
    minInsyncReplicas: Number.isInteger(configured) && configured > 0 ? configured : usual,
  }
}

function topicsViolations({ topics = [], brokers, config, kafkaVersion }: Parts): readonly Violation[] {
  const cluster = brokers && config && kafkaVersion && topicSurroundings({ brokers, config, kafkaVersion })
  return topics.flatMap((topic, index) => [
    ...(cluster ? topicViolations(topic, cluster, `/topics/${index}`) : []),
    ...collisions(topic, topics.slice(0, index), `/topics/${index}/name`),
  ])
}

/** Kafka names metrics after topics with dots as underscores, and so refuses two names that differ only in that. */
function collisions(topic: TopicSpec, earlier: readonly TopicSpec[], pointer: string): readonly Violation[] {
  const metricName = (name: string) => name.replaceAll('.', '_')
  const other = earlier.find(({ name }) => metricName(name) === metricName(topic.name))
  if (!other) return []
  return [{ pointer, rule: 'unique', detail: `must differ from "${other.name}" in more than "." and "_"` }]
}
