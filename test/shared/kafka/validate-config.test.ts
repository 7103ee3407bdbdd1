import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KAFKA_VERSION_NAMES } from '../../../shared/catalogue/kafka-versions.ts'
import { configKeys } from '../../../shared/kafka/config-keys.ts'
import { isManagedKey } from '../../../shared/kafka/managed-keys.ts'
import { parseProperties } from '../../../shared/kafka/properties-file.ts'
import { renderServerProperties } from '../../../shared/kafka/server-properties.ts'
import { validateKafkaConfig } from '../../../shared/kafka/validate-config.ts'
import { hostInputs } from './server-properties-input.ts'

const rules = (config: Readonly<Record<string, string>>, brokers = 3) =>
  validateKafkaConfig('3.7.1', config, brokers).map(({ key, rule }) => [key, rule])

describe('a configuration', () => {
  test.each(KAFKA_VERSION_NAMES)('may be empty on %s with any number of brokers', (version) => {
    for (const brokers of [1, 2, 3, 6, 30]) expect(validateKafkaConfig(version, {}, brokers)).toEqual([])
  })

  test.each(KAFKA_VERSION_NAMES)("may repeat Kafka's own defaults on %s", (version) => {
    for (const { key, default: value } of configKeys(version).values()) {
      // Kafka's defaults for replicas in sync are weaker than what Weir allows together with its own.
      if (value === null || value === '' || /replication\.factor$/u.test(key)) continue
      expect(validateKafkaConfig(version, { [key]: value }, 3)).toEqual([])
    }
  })

  test('may not hold a key that Weir manages, on whatever release', () => {
    for (const key of ['listeners', 'ssl.keystore.location', 'super.users', 'remote.log.storage.system.enable']) {
      expect(rules({ [key]: 'x' })).toEqual([[key, 'MANAGED_KEY']])
    }
  })

  test('may not hold anything that the renderer keeps for itself', () => {
    for (const input of Object.values(hostInputs)) {
      const reserved = [...parseProperties(renderServerProperties(input)).keys()].filter(
        (key) => !configKeys('3.7.1').has(key),
      )
      expect(reserved.length).toBeGreaterThan(10)
      for (const key of reserved) expect(rules({ [key]: 'x' })).toEqual([[key, 'MANAGED_KEY']])
    }
  })

  test('may hold the time-outs and cipher choices that begin like a managed key', () => {
    expect(rules({ 'broker.session.timeout.ms': '18000', 'ssl.enabled.protocols': 'TLSv1.3' })).toEqual([])
  })

  test('is told which release knows a key that this one lacks', () => {
    expect(validateKafkaConfig('3.7.1', { 'compression.gzip.level': '3' }, 3)).toEqual([
      {
        key: 'compression.gzip.level',
        rule: 'NOT_IN_VERSION',
        detail: 'compression.gzip.level is not a key of Kafka 3.7.1, but of 3.9.2 and 4.3.1',
      },
    ])
    expect(rules({ 'retention.ms': '1' })).toEqual([['retention.ms', 'UNKNOWN_KEY']])
  })

  test.each([
    ['log.retention.ms', 'soon', 'WRONG_TYPE', 'log.retention.ms must be an integer of at least -1, but not 0'],
    ['log.retention.ms', '-2', 'OUT_OF_RANGE', 'log.retention.ms must be an integer of at least -1, but not 0'],
    ['log.retention.ms', '1.5', 'WRONG_TYPE', 'log.retention.ms must be an integer of at least -1, but not 0'],
    [
      'message.max.bytes',
      '2147483648',
      'OUT_OF_RANGE',
      'message.max.bytes must be an integer of at least 0 and at most 2147483647',
    ],
    ['log.segment.bytes', '13', 'OUT_OF_RANGE', 'log.segment.bytes must be an integer of at least 14'],
    ['auto.create.topics.enable', 'yes', 'WRONG_TYPE', 'auto.create.topics.enable must be true or false'],
    ['log.cleanup.policy', 'shrink', 'OUT_OF_RANGE', 'log.cleanup.policy must be a list of compact, delete'],
  ])('is told the rule when %s is %s', (key, value, rule, detail) => {
    expect(validateKafkaConfig('3.7.1', { [key]: value }, 3)).toEqual([{ key, rule, detail }])
  })

  test('hears of every wrong setting at once', () => {
    expect(rules({ 'num.partitions': '0', 'node.id': '1', unknown: 'x' }).map(([key]) => key)).toEqual([
      'num.partitions',
      'node.id',
      'unknown',
    ])
  })

  test.each([
    [{ 'default.replication.factor': '4' }, 3, 'default.replication.factor'],
    [{ 'min.insync.replicas': '3' }, 3, 'min.insync.replicas'],
    [{ 'min.insync.replicas': '4' }, 6, 'min.insync.replicas'],
    [{ 'offsets.topic.replication.factor': '3' }, 2, 'offsets.topic.replication.factor'],
    [{ 'broker.heartbeat.interval.ms': '5000' }, 3, 'broker.heartbeat.interval.ms'],
    [{ 'broker.session.timeout.ms': '3999' }, 3, 'broker.session.timeout.ms'],
    [{ 'replica.lag.time.max.ms': '499' }, 3, 'replica.lag.time.max.ms'],
    [{ 'queued.max.request.bytes': '1' }, 3, 'queued.max.request.bytes'],
    [{ 'connections.max.idle.ms': '100' }, 3, 'connections.max.idle.ms'],
    [{ 'log.cleaner.threads': '2', 'log.cleaner.dedupe.buffer.size': '2097152' }, 3, 'log.cleaner.dedupe.buffer.size'],
  ])('is refused when its keys contradict each other or the cluster: %o with %d brokers', (config, brokers, key) => {
    expect(rules(config, brokers)).toEqual([[key, 'CONFLICTING_KEYS']])
  })

  test('may ask for a single replica, and for two of which one may be away', () => {
    expect(rules({ 'default.replication.factor': '1' })).toEqual([])
    expect(rules({ 'default.replication.factor': '2' })).toEqual([])
  })

  test('never breaks out of a sentence: whatever it holds, each violation names its key', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.string()), (config) => {
        const violations = validateKafkaConfig('4.3.1', config, 3)
        const refused = violations.map(({ key }) => key)
        expect(refused).toEqual(Object.keys(config).filter((key) => isManagedKey(key) || refused.includes(key)))
        for (const { key, detail } of violations) expect(detail.startsWith(key)).toBe(true)
      }),
    )
  })
})
