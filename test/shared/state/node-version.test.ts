import { describe, expect, it } from 'vitest'
import { kafkaTarget } from '../../../shared/state/kafka-target.ts'
import { nodeVersion, oldestVersion, runningVersions } from '../../../shared/state/node-version.ts'
import { aBroker, aCluster } from '../../workflows/records.ts'

const cluster = aCluster({ spec: { ...aCluster().spec, kafkaVersion: '3.9.2' } })

describe('in the middle of an upgrade', () => {
  const nodes = [
    aBroker(1, { kafkaVersion: '3.9.2' }),
    aBroker(2, { kafkaVersion: '3.7.1' }),
    aBroker(3, { kafkaVersion: '3.7.1' }),
  ]

  it('each node has the release that it runs', () => {
    expect(nodes.map((node) => nodeVersion(cluster, node))).toEqual(['3.9.2', '3.7.1', '3.7.1'])
    expect(runningVersions(cluster, nodes)).toEqual([
      { version: '3.7.1', nodes: [2, 3] },
      { version: '3.9.2', nodes: [1] },
    ])
  })

  it('Kafka is spoken to as the oldest node understands it', () => {
    expect(kafkaTarget(cluster, nodes).kafkaVersion).toBe('3.7.1')
  })

  it('a node that is being brought back to an older release may run that already', () => {
    const last = [aBroker(1, { kafkaVersion: '3.9.2', orderedVersion: '3.7.1' }), aBroker(2, { kafkaVersion: '3.9.2' })]
    expect(oldestVersion(cluster, last)).toBe('3.7.1')
    const first = [aBroker(1, { kafkaVersion: '3.7.1', orderedVersion: '3.9.2' })]
    expect(oldestVersion(cluster, first)).toBe('3.7.1')
  })
})

it('nodes of which nothing else is written run the release of their cluster', () => {
  expect(runningVersions(cluster, [aBroker(1), aBroker(2)])).toEqual([{ version: '3.9.2', nodes: [1, 2] }])
  expect(oldestVersion(cluster, [])).toBe('3.9.2')
})
