import { describe, expect, test } from 'vitest'
import { expectForgotten } from './adapter-membership.ts'
import { brokerIds, findTopic, passwordOf, roundTrip, type WeirCluster } from './weir-cluster.ts'

/** What is left when hosts die; the cluster is gone afterwards. */
export function deadHostTests(scene: () => WeirCluster): void {
  describe('when hosts die', () => {
    test('the leader moves, the dead voter is behind, its lone partitions have no leader, and calls still work', async () => {
      const { cluster, kafka, target } = scene()
      const { leaderId } = await kafka.quorum(target)
      const lone = { name: 'lone', partitions: 1, replicationFactor: 1, config: {}, assignment: [[leaderId]] }
      await kafka.createTopic(target, lone)
      await cluster.hosts.find(({ plan }) => plan.nodeId === leaderId)?.stop('SIGKILL')
      await expect
        .poll(async () => (await kafka.quorum(target)).leaderId, { timeout: 30_000 })
        .toSatisfy((id) => id > 0 && id !== leaderId)
      await expect
        .poll(async () => (await kafka.quorum(target)).voters.filter(({ caughtUp }) => !caughtUp), {
          timeout: 30_000,
        })
        .toMatchObject([{ nodeId: leaderId, caughtUp: false }])
      await expect
        .poll(async () => (await findTopic(scene(), 'lone'))?.partitions[0], { timeout: 30_000 })
        .toMatchObject({ partition: 0, leader: -1, replicas: [leaderId] })
      const alive = [1, 2, 3].filter((id) => id !== leaderId)
      expect(await brokerIds(scene())).toEqual(alive)
      await kafka.putUser(target, 'late', passwordOf('late'))
      await kafka.createTopic(target, {
        ...lone,
        name: 'late',
        assignment: [alive, alive.toReversed()],
      })
      await kafka.putAccessRules(target, [
        { principal: 'User:late', resource: 'topic', pattern: 'literal', name: 'late', operation: 'All' },
      ])
      await roundTrip(scene(), kafka, 'late', 'late')
    })

    test('what the cluster keeps of one that is dead can be taken away without it, and it is forgotten', async () => {
      const alive = await brokerIds(scene())
      await expectForgotten(scene(), [1, 2, 3].find((nodeId) => !alive.includes(nodeId)) ?? 0)
    })

    test('all of them, every call says that Kafka is not available', async () => {
      const { cluster, hasty, target } = scene()
      await cluster.stop()
      const calls: readonly Promise<unknown>[] = [
        hasty.quorum(target),
        hasty.brokers(target),
        hasty.topics(target),
        hasty.createTopic(target, { name: 'x', partitions: 1, replicationFactor: 1, config: {} }),
        hasty.deleteTopic(target, 'x'),
        hasty.reassignments(target),
        hasty.replicaSizes(target, 1),
        hasty.moveReplicas(target, [{ topic: 'x', partition: 0, replicas: [1] }]),
        hasty.throttleBrokers(target, [1], 1),
        hasty.topicsWithThrottles(target),
        hasty.registeredBrokers({ ...target, kafkaVersion: '4.3.1' }),
        hasty.unregisterBroker(target, 1),
        hasty.features(target),
        hasty.updateFeatures(target, { 'metadata.version': 1 }, { validateOnly: true, kind: 'upgrade' }),
        hasty.putUser(target, 'x', 'x'),
        hasty.deleteUser(target, 'x'),
        hasty.putAccessRules(target, []),
        hasty.deleteAccessRules(target, 'User:x'),
        roundTrip(scene(), hasty, 'x', 'x', { password: 'x' }),
      ]
      for (const outcome of await Promise.allSettled(calls)) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'KAFKA_UNAVAILABLE' } })
      }
    })
  })
}
