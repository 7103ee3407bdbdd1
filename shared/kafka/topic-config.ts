import type { KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { ConfigKey } from './config-keys.ts'
import { valueProblem } from './config-values.ts'

type TopicKey = Pick<ConfigKey, 'type' | 'min' | 'max' | 'values'> & {
  /** Absent: in every release of the catalogue. */
  readonly in?: readonly KafkaVersion[]
}

const long = (min: number): TopicKey => ({ type: 'long', min })
const int = (min: number, max?: number): TopicKey => ({ type: 'int', min, ...(max === undefined ? {} : { max }) })
const boolean: TopicKey = { type: 'boolean' }
const SINCE_3_9 = ['3.9.2', '4.3.1'] as const

/** The largest message that the brokers of a cluster take over the network in one request by default (100 MiB). */
const MAX_MESSAGE_BYTES = 104_857_600

/**
 * What a tenant may set on a topic (Kafka's LogConfig), so that a wrong setting is refused before a cluster is built for
 * it. Replication throttles are not here: they belong to operations that move partitions; nor tiered storage, which
 * these clusters do not have.
 */
const TOPIC_KEYS: Readonly<Record<string, TopicKey>> = {
  'cleanup.policy': { type: 'list', values: ['compact', 'delete'] },
  'compression.type': { type: 'string', values: ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'] },
  'compression.gzip.level': { ...int(-1, 9), in: SINCE_3_9 },
  'compression.lz4.level': { ...int(1, 17), in: SINCE_3_9 },
  'compression.zstd.level': { ...int(-131_072, 22), in: SINCE_3_9 },
  'delete.retention.ms': long(0),
  'file.delete.delay.ms': long(0),
  'flush.messages': long(1),
  'flush.ms': long(0),
  'index.interval.bytes': int(0),
  'max.compaction.lag.ms': long(1),
  'max.message.bytes': int(0, MAX_MESSAGE_BYTES),
  'message.timestamp.after.max.ms': long(0),
  'message.timestamp.before.max.ms': long(0),
  'message.timestamp.type': { type: 'string', values: ['CreateTime', 'LogAppendTime'] },
  'min.cleanable.dirty.ratio': { type: 'double', min: 0, max: 1 },
  'min.compaction.lag.ms': long(0),
  'min.insync.replicas': int(1),
  preallocate: boolean,
  'retention.bytes': long(-1),
  'retention.ms': long(-1),
  // From 4.0 on Kafka refuses less than 1 MiB; before, such segments only exhaust file handles.
  'segment.bytes': int(1_048_576),
  'segment.index.bytes': int(4),
  'segment.jitter.ms': long(0),
  'segment.ms': long(1),
  'unclean.leader.election.enable': boolean,
}

/** A setting of a topic that is refused. */
export interface TopicConfigViolation {
  readonly key: string
  readonly rule: 'unknown_key' | 'wrong_type' | 'out_of_range'
  readonly detail: string
}

/** Checks the settings of a topic for a release; empty when all of them may be applied. */
export function validateTopicConfig(
  version: KafkaVersion,
  config: Readonly<Record<string, string>>,
): readonly TopicConfigViolation[] {
  return Object.entries(config).flatMap(([key, value]): readonly TopicConfigViolation[] => {
    const row = Object.hasOwn(TOPIC_KEYS, key) ? TOPIC_KEYS[key] : undefined
    if (!row || (row.in && !row.in.includes(version))) {
      return [
        { key, rule: 'unknown_key', detail: `${key} is not a topic setting that can be given on Kafka ${version}` },
      ]
    }
    const { in: _versions, ...range } = row
    const problem = valueProblem({ key, dynamic: 'cluster-dynamic', default: null, ...range }, value)
    if (!problem) return []
    return [{ key, rule: problem.rule === 'WRONG_TYPE' ? 'wrong_type' : 'out_of_range', detail: problem.detail }]
  })
}
