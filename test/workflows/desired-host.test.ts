import { describe, expect, it } from 'vitest'
import { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { desiredContent, nextDesired, relaunchedContent } from '../../workflows/desired-host.ts'
import { aBroker, aCluster } from './records.ts'

const brokers = [aBroker(1), aBroker(2), aBroker(3, { roles: ['broker'] })]
const content = desiredContent(aCluster(), brokers, 1, 'Running')

describe('what a host shall be', () => {
  it('is what the protocol says, with the same list of voters on every host', () => {
    const all = brokers.map(({ nodeId }) => desiredContent(aCluster(), brokers, nodeId, 'Running'))
    for (const each of all) expect(DesiredHost.parse(nextDesired(undefined, 1, each)).revision).toBe(1)
    const voters = [
      { nodeId: 1, host: '10.0.0.1' },
      { nodeId: 2, host: '10.0.0.2' },
    ]
    expect(all.map(({ kafka }) => kafka.voters)).toEqual([voters, voters, voters])
    expect(all.map(({ nodeId, address, kafka }) => [nodeId, address, kafka.brokerCount])).toEqual([
      [1, '10.0.0.1', 3],
      [2, '10.0.0.2', 3],
      [3, '10.0.0.3', 3],
    ])
  })

  it('names a broker to clients where it has a name', () => {
    const named = aBroker(1, { name: 'b1.clu-1.kafka.example.com' })
    expect(desiredContent(aCluster(), [named], 1, 'Running')).toMatchObject({
      address: '10.0.0.1',
      clientHost: 'b1.clu-1.kafka.example.com',
      kafka: { voters: [{ nodeId: 1, host: '10.0.0.1' }] },
    })
  })

  it('is formatted for the levels that the cluster has, also where its release knows newer ones', () => {
    const spec = { ...aCluster().spec, kafkaVersion: '4.3.1' } as const
    const rolled = aCluster({ spec, featureLevels: { 'metadata.version': 19 } })
    expect(desiredContent(rolled, brokers, 1, 'Running').kafka).toMatchObject({
      version: '4.3.1',
      metadataVersion: '3.7-IV4',
    })
    const { featureLevels: _, ...unsaid } = rolled
    expect(desiredContent(unsaid, brokers, 1, 'Running').kafka).toMatchObject({ metadataVersion: '4.3-IV0' })
  })

  it('has the release that the node runs, which is not that of its cluster in the middle of an upgrade, or the one it is to get', () => {
    const spec = { ...aCluster().spec, kafkaVersion: '3.9.2' } as const
    const mixed = [
      aBroker(1, { kafkaVersion: '3.7.1', orderedVersion: '3.9.2' }),
      aBroker(2, { kafkaVersion: '3.9.2' }),
    ]
    const versions = mixed.map(
      ({ nodeId }) => desiredContent(aCluster({ spec }), mixed, nodeId, 'Running').kafka.version,
    )
    expect(versions).toEqual(['3.7.1', '3.9.2'])
    expect(desiredContent(aCluster({ spec }), mixed, 1, 'Running', 2, '3.9.2').kafka.version).toBe('3.9.2')
  })

  it('cannot be said before every voter has its address', () => {
    const { address: _, ...without } = aBroker(2)
    const early = [aBroker(1), without]
    expect(() => desiredContent(aCluster(), early, 1, 'Running')).toThrow(
      expect.objectContaining({ code: 'HOST_NOT_READY' }),
    )
  })
})

describe('a new desired state', () => {
  it('gets the next revision', () => {
    const first = nextDesired(undefined, 1, content)
    const second = nextDesired(first, 1, { ...content, certificateNonce: 2 })
    expect([first.revision, second.revision]).toEqual([1, 2])
    const config = { 'log.retention.hours': '24' }
    expect(nextDesired(second, 1, { ...content, kafka: { ...content.kafka, config } }).revision).toBe(3)
  })

  it('is the old one where nothing changes, in whatever order its fields come and whoever has attached since', () => {
    const first = nextDesired(undefined, 1, content)
    const reordered = Object.fromEntries(Object.entries(content).toReversed())
    expect(nextDesired(first, 2, { ...content, ...reordered })).toBe(first)
  })
})

it('of a repair starts Kafka anew once and gives up a reboot that never came, a candidate, and the moment of a stop', () => {
  const stopAt = '2026-11-22T10:00:00.000Z'
  const prepared = { ...content.kafka, candidateConfig: {}, candidateVersion: '4.3.1', stopAt } as const
  const desired = nextDesired(undefined, 1, { ...content, retiredBootId: 'boot-1', kafka: prepared })
  const host = { nodeId: 1, generation: 1, desired }
  const once = relaunchedContent(host, 'op_1')
  expect(once).toEqual({ ...content, kafka: { ...content.kafka, restartNonce: content.kafka.restartNonce + 1 } })
  const again = relaunchedContent({ ...host, desired: nextDesired(desired, 1, once), restartedFor: 'op_1' }, 'op_1')
  expect(again).toEqual(once)
})
