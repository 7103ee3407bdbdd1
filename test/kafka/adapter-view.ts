import { describe, expect, test } from 'vitest'
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
