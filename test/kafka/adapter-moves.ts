import { describe, expect, test } from 'vitest'
import { fillAs } from './scram-client.ts'
import { accessOf, findTopic, passwordOf, putUserWith, type WeirCluster } from './weir-cluster.ts'

/** So many megabytes lie in the partition that is moved. */
const MEGABYTES = 8

/** Slow enough that a move is still under way when it is looked at: it would take 80 seconds. */
const SLOW_BYTES_PER_SECOND = 100_000

const MOVED = { topic: 'heavy', partition: 0 }

/** Replicas that go from broker to broker, and the throttles meanwhile. */
export function moveTests(scene: () => WeirCluster): void {
  const reassigned = () => scene().kafka.reassignments(scene().target)
  const partition = async (index: number) => (await findTopic(scene(), 'heavy'))?.partitions[index]
  const bytesOn = async (nodeId: number) =>
    (await scene().kafka.replicaSizes(scene().target, nodeId)).find(
      (replica) => replica.topic === 'heavy' && replica.partition === 0,
    )?.bytes
  const throttled = async () => ({
    topics: await scene().kafka.topicsWithThrottles(scene().target),
    brokers: await scene().kafka.brokersWithThrottles(scene().target),
  })
  const throttle = async () => {
    const { kafka, target } = scene()
    const spots = { leaders: [{ partition: 0, nodeId: 1 }], followers: [{ partition: 0, nodeId: 3 }] }
    await kafka.throttleReplicas(target, [
      { topic: 'heavy', ...spots },
      { topic: 'gone', ...spots },
    ])
    await kafka.throttleBrokers(target, [1, 3], SLOW_BYTES_PER_SECOND)
    await expect.poll(throttled, { timeout: 10_000 }).toEqual({ topics: ['heavy'], brokers: [1, 3] })
  }

  describe('replicas', () => {
    test('are told with their sizes by the broker that holds them', async () => {
      const { kafka, target } = scene()
      await kafka.createTopic(target, {
        name: 'heavy',
        partitions: 2,
        replicationFactor: 1,
        config: { 'min.insync.replicas': '1' },
        assignment: [[1], [1]],
      })
      await putUserWith(scene(), 'filler', [{ resource: 'topic', pattern: 'literal', name: 'heavy', operation: 'All' }])
      await kafka.awaitUser(target, 'filler', passwordOf('filler'), 1)
      await fillAs(accessOf(scene(), 'filler'), 'heavy', 0, MEGABYTES)
      expect(await bytesOn(1)).toBeGreaterThan(MEGABYTES * 1_000_000)
      expect(await bytesOn(3)).toBeUndefined()
      expect((await kafka.replicaSizes(target, 1)).filter(({ isFuture }) => isFuture)).toEqual([])
    })

    test('move as slowly as throttled, are seen on their way, and come back when that is cancelled', async () => {
      const { kafka, target } = scene()
      await throttle()
      const move = { ...MOVED, replicas: [3] }
      const refused = await kafka.moveReplicas(target, [
        move,
        { topic: 'heavy', partition: 1, replicas: [9] },
        { topic: 'gone', partition: 0, replicas: [3] },
      ])
      expect(refused).toMatchObject([
        { topic: 'heavy', partition: 1, code: 'INVALID_REPLICA_ASSIGNMENT', detail: expect.stringContaining('9') },
        { topic: 'gone', partition: 0, code: 'UNKNOWN_TOPIC_OR_PARTITION' },
      ])
      expect(await kafka.moveReplicas(target, [move])).toEqual([])
      await expect.poll(() => bytesOn(3), { timeout: 20_000 }).toBeGreaterThan(0)
      expect(await bytesOn(3)).toBeLessThan(MEGABYTES * 1_000_000)
      expect(await reassigned()).toEqual([{ ...MOVED, replicas: [3, 1], adding: [3], removing: [1] }])
      const none = [MOVED, { topic: 'heavy', partition: 1 }, { topic: 'gone', partition: 0 }]
      expect(await kafka.cancelMoves(target, none)).toEqual([])
      expect(await kafka.cancelMoves(target, none)).toEqual([])
      await expect.poll(reassigned).toEqual([])
      await expect.poll(async () => (await partition(0))?.replicas).toEqual([1])
      await expect.poll(() => bytesOn(3), { timeout: 20_000 }).toBeUndefined()
    })

    test('are where they were wanted when the throttle is taken away, and none of it is left', async () => {
      const { kafka, target } = scene()
      await kafka.moveReplicas(target, [{ ...MOVED, replicas: [3] }])
      await expect.poll(reassigned).toMatchObject([MOVED])
      for (const _ of ['once', 'again']) {
        await kafka.clearTopicThrottles(target, ['heavy', 'gone'])
        await kafka.clearBrokerThrottles(target, [1, 2, 3, 99])
      }
      await expect.poll(throttled, { timeout: 10_000 }).toEqual({ topics: [], brokers: [] })
      await expect.poll(reassigned, { timeout: 30_000 }).toEqual([])
      await expect.poll(() => partition(0), { timeout: 10_000 }).toMatchObject({ leader: 3, replicas: [3], isr: [3] })
      expect(await bytesOn(3)).toBeGreaterThan(MEGABYTES * 1_000_000)
      expect(await kafka.moveReplicas(target, [{ ...MOVED, replicas: [3] }])).toEqual([])
      expect(await reassigned()).toEqual([])
    })

    test('in another order have another preferred leader, which leads once it is elected', async () => {
      const { kafka, target } = scene()
      const placed = { topic: 'placed', partition: 0 }
      const leads = async () => {
        const seen = (await findTopic(scene(), 'placed'))?.partitions[0]
        return { leader: seen?.leader, replicas: seen?.replicas }
      }
      expect(await kafka.moveReplicas(target, [{ ...placed, replicas: [2, 1, 3] }])).toEqual([])
      await expect.poll(leads).toEqual({ leader: 3, replicas: [2, 1, 3] })
      for (const _ of ['once', 'again']) expect(await kafka.electPreferredLeaders(target, [placed])).toEqual([])
      await expect.poll(leads).toEqual({ leader: 2, replicas: [2, 1, 3] })
      expect(await kafka.electPreferredLeaders(target, [{ topic: 'gone', partition: 0 }])).toMatchObject([
        { topic: 'gone', partition: 0, code: 'UNKNOWN_TOPIC_OR_PARTITION' },
      ])
      await kafka.moveReplicas(target, [{ ...placed, replicas: [3, 1, 2] }])
      await kafka.electPreferredLeaders(target, [placed])
    })
  })
}
