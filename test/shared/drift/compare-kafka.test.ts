import { describe, expect, it } from 'vitest'
import { compareKafka, type SeenKafka } from '../../../shared/drift/compare-kafka.ts'
import type { SettingFacts } from '../../../shared/ports/kafka.ts'
import { aReport } from '../../api/host-fixtures.ts'
import { recordedCluster } from './recorded.ts'

const recorded = await recordedCluster()
const RETENTION = 'log.retention.ms'

const settings = (patch: Readonly<Record<string, SettingFacts>> = {}) =>
  new Map<string, SettingFacts>(
    Object.entries({
      [RETENTION]: { value: '86400000' },
      'num.io.threads': { value: '16' },
      // What controllers of 4.1 and later leave there when a cluster is born.
      'min.insync.replicas': { value: '2', clusterDefault: '2' },
      ...patch,
    }),
  )
const facts = (patch: Readonly<Record<string, SettingFacts>> = {}, levels = {}) => ({
  metadataLevel: 19,
  newestMetadataLevel: 19,
  settings: settings(patch),
  ...levels,
})
const brokers = recorded.brokers.map(({ nodeId, zone }) => ({ nodeId, host: `10.0.0.${nodeId}`, rack: zone }))
const voters = [3, 1, 2].map((nodeId) => ({ nodeId, caughtUp: true, hasCommitted: true }))
const asOrdered: SeenKafka = {
  kafkaClusterUuid: recorded.cluster.kafkaClusterUuid,
  brokers,
  quorum: { voters },
  facts: new Map(brokers.map(({ nodeId }) => [nodeId, facts()])),
}
const onNode2 = (patch: Readonly<Record<string, SettingFacts>>, levels = {}): SeenKafka => ({
  ...asOrdered,
  facts: new Map([...asOrdered.facts, [2, facts(patch, levels)]]),
})
const onAll = (patch: Readonly<Record<string, SettingFacts>>): SeenKafka => ({
  ...asOrdered,
  facts: new Map(brokers.map(({ nodeId }) => [nodeId, facts(patch)])),
})

describe('what Kafka says of itself', () => {
  it('is no drift where it is as ordered, nor where a broker could not be asked', () => {
    expect(compareKafka(recorded, asOrdered)).toEqual([])
    expect(compareKafka(recorded, { ...asOrdered, facts: new Map() })).toEqual([])
  })

  it('is no drift where a release knows newer levels than those that are finalised', () => {
    const cluster = { ...recorded.cluster, spec: { ...recorded.cluster.spec, kafkaVersion: '3.9.2' } } as const
    const levels = { newestMetadataLevel: 21 }
    const rolled = { ...asOrdered, facts: new Map(brokers.map(({ nodeId }) => [nodeId, facts({}, levels)])) }
    expect(compareKafka({ ...recorded, cluster }, rolled)).toEqual([])
    const finalised = { ...cluster, featureLevels: { 'metadata.version': 21 } }
    const kinds = compareKafka({ ...recorded, cluster: finalised }, rolled).map(({ kind }) => kind)
    expect(kinds).toEqual(['MetadataLevelDiffers', 'MetadataLevelDiffers', 'MetadataLevelDiffers'])
  })

  it('is no drift in the middle of an upgrade, where every node runs the release that it has', () => {
    const cluster = { ...recorded.cluster, spec: { ...recorded.cluster.spec, kafkaVersion: '3.9.2' } } as const
    const nodes = recorded.brokers.map(
      (broker) => ({ ...broker, kafkaVersion: broker.nodeId === 2 ? '3.9.2' : '3.7.1' }) as const,
    )
    expect(compareKafka({ ...recorded, cluster, brokers: nodes }, onNode2({}, { newestMetadataLevel: 21 }))).toEqual([])
    expect(compareKafka({ ...recorded, cluster, brokers: nodes }, asOrdered)).toMatchObject([
      { kind: 'VersionDiffers', nodeId: 2 },
    ])
  })

  it.each([
    ['another cluster', { ...asOrdered, kafkaClusterUuid: 'other' }, { kind: 'KafkaClusterDiffers' }],
    [
      'a broker that is not registered',
      { ...asOrdered, brokers: brokers.slice(1) },
      { kind: 'BrokerNotRegistered', nodeId: 1 },
    ],
    [
      'a broker that nobody ordered',
      { ...asOrdered, brokers: [...brokers, { nodeId: 7, host: '10.0.0.7', rack: 'az-1' }] },
      { kind: 'BrokerUnknown', nodeId: 7 },
    ],
    [
      'a broker in another zone',
      { ...asOrdered, brokers: brokers.map((broker) => (broker.nodeId === 2 ? { ...broker, rack: 'moon' } : broker)) },
      { kind: 'RackDiffers', nodeId: 2 },
    ],
    ['a voter too few', { ...asOrdered, quorum: { voters: voters.slice(1) } }, { kind: 'VotersDiffer' }],
    ['another release', onNode2({}, { newestMetadataLevel: 21 }), { kind: 'VersionDiffers', nodeId: 2 }],
    ['another level of metadata', onNode2({}, { metadataLevel: 18 }), { kind: 'MetadataLevelDiffers', nodeId: 2 }],
    [
      'a value of one broker alone',
      onNode2({ [RETENTION]: { value: '1', override: '1' } }),
      { kind: 'SettingOverridden', nodeId: 2, setting: RETENTION },
    ],
    [
      'a secret value of one broker',
      onNode2({ 'listener.name.client.ssl.keystore.password': { value: undefined, override: '' } }),
      { kind: 'SettingOverridden', nodeId: 2 },
    ],
    [
      'another default of the cluster, once for all brokers',
      onAll({ [RETENTION]: { value: '1', clusterDefault: '1' } }),
      { kind: 'SettingDiffers', setting: RETENTION },
    ],
    [
      'a default of the cluster that was not ordered',
      onAll({ 'num.io.threads': { value: '99', clusterDefault: '99' } }),
      { kind: 'SettingDiffers', setting: 'num.io.threads' },
    ],
    [
      'an ordered value that is not in force',
      onNode2({ [RETENTION]: { value: '604800000' } }),
      { kind: 'SettingDiffers', nodeId: 2, setting: RETENTION },
    ],
  ])('of %s is drift', (_, seen, expected) => {
    const found = compareKafka(recorded, seen)
    expect(new Set(found.map(({ kind, nodeId, setting }) => `${kind} ${nodeId} ${setting}`)).size).toBe(1)
    expect(found[0]).toMatchObject(expected)
  })

  it('is no drift where Weir itself left a dynamic default: what was ordered, or the value of an unset key', () => {
    expect(compareKafka(recorded, onAll({ [RETENTION]: { value: '86400000', clusterDefault: '86400000' } }))).toEqual(
      [],
    )
    const unset = { 'message.max.bytes': { value: '1048588', clusterDefault: '1048588' } }
    expect(compareKafka(recorded, onAll(unset))).toEqual([])
  })

  it('does not hold an older configuration against a node that says itself that it has one', () => {
    const { cluster } = recorded
    const behind = { ...recorded, cluster: { ...cluster, configRevision: 2 } }
    expect(compareKafka(behind, onNode2({ [RETENTION]: { value: '604800000' } }))).toEqual([])
  })

  it('takes a release to the last digit by the word of the host', () => {
    const observed = aReport({ process: { state: 'Running', exitCount: 0, kafkaVersion: '3.7.0' } })
    const hosts = recorded.hosts.map((host) => (host.nodeId === 3 ? { ...host, observed } : host))
    expect(compareKafka({ ...recorded, hosts }, asOrdered)).toMatchObject([{ kind: 'VersionDiffers', nodeId: 3 }])
  })
})
