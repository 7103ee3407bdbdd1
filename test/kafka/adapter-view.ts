import { describe, expect, test } from 'vitest'
import { KAFKA_VERSIONS } from '../../shared/catalogue/kafka-versions.ts'
import type { WeirCluster } from './weir-cluster.ts'

/** What the control plane sees of a cluster. */
export function clusterViewTests(scene: () => WeirCluster): void {
  describe('sees the cluster', () => {
    test('with its quorum: a leader, and every voter caught up', async () => {
      const { kafka, target } = scene()
      await expect
        .poll(() => kafka.quorum(target), { timeout: 10_000 })
        .toEqual({
          leaderId: expect.toSatisfy((id: unknown) => [1, 2, 3].includes(Number(id))),
          voters: expect.toSatisfy(
            (voters: readonly { nodeId: number; caughtUp: boolean }[]) =>
              voters.length === 3 && voters.every(({ caughtUp }) => caughtUp),
          ),
        })
    })

    test('with the cluster id that it was formatted with, and its brokers in their zones', async () => {
      const { cluster, kafka, target } = scene()
      expect(await kafka.brokers(target)).toEqual({
        kafkaClusterUuid: cluster.clusterUuid,
        brokers: cluster.hosts.map(({ plan }) => ({
          nodeId: plan.nodeId,
          host: plan.address,
          rack: plan.rack,
        })),
      })
    })

    test('with what each broker says of itself: its levels of metadata and what was set while it runs', async () => {
      const { kafka, target } = scene()
      const release = Object.entries(KAFKA_VERSIONS).find(([name]) => name === target.kafkaVersion)
      const metadataLevel = release?.[1].featureLevels['metadata.version'] ?? 0
      const sets = { 'log.retention.ms': '7000000' }
      const mine = { 'log.cleaner.backoff.ms': '12345' }
      await kafka.alterClusterConfig(target, sets, [], { validateOnly: false })
      await kafka.overrideOnBroker(target, 2, mine)
      const told = () => kafka.brokerFacts(target, 2)
      await expect
        .poll(async () => (await told()).settings.get('log.cleaner.backoff.ms'), { timeout: 10_000 })
        .toEqual({ value: '12345', override: '12345' })
      await expect
        .poll(async () => (await told()).settings.get('log.retention.ms'), { timeout: 10_000 })
        .toEqual({ value: '7000000', clusterDefault: '7000000' })
      const { settings, ...levels } = await told()
      expect(levels).toEqual({ metadataLevel, newestMetadataLevel: metadataLevel })
      expect(settings.get('node.id')).toEqual({ value: '2' })
      const dynamic = [...settings].filter(([, { override, clusterDefault }]) => override ?? clusterDefault)
      const bornWith = metadataLevel >= 26 ? ['min.insync.replicas'] : []
      expect(dynamic.map(([key]) => key).toSorted()).toEqual(
        [...Object.keys(sets), ...Object.keys(mine), ...bornWith].toSorted(),
      )
      await kafka.alterClusterConfig(target, {}, Object.keys(sets), { validateOnly: false })
      await kafka.clearOverrides(target, 2, Object.keys(mine))
    })

    test('also when the first listeners of the list are dead', async () => {
      const { cluster, kafka, target } = scene()
      // An address of no host, in the same range.
      const dead = target.brokers[0]?.replace(/\d+:.*$/, '99') ?? ''
      const half = {
        ...target,
        brokers: [`${dead}:9091`, ...target.brokers],
        controllers: [`${dead}:9093`, ...target.controllers],
      }
      expect((await kafka.brokers(half)).kafkaClusterUuid).toBe(cluster.clusterUuid)
      expect((await kafka.quorum(half)).voters).toHaveLength(3)
    })
  })
}
