import { describe, expect, test } from 'vitest'
import { findTopic, type WeirCluster } from './weir-cluster.ts'

/** What topics can be made, and how a refusal reads. */
export function topicTests(scene: () => WeirCluster): void {
  describe('topics', () => {
    test('are created where the caller places them, listed, and refused a second time', async () => {
      const { kafka, target } = scene()
      const assignment = [
        [3, 1, 2],
        [1, 2, 3],
        [2, 3, 1],
        [3, 2, 1],
      ]
      const wanted = { name: 'placed', partitions: 4, replicationFactor: 3, config: {}, assignment }
      await kafka.createTopic(target, wanted)
      expect((await findTopic(scene(), 'placed'))?.partitions.map(({ replicas }) => replicas)).toEqual(assignment)
      await expect
        .poll(async () => (await findTopic(scene(), 'placed'))?.partitions.map(({ leader }) => leader))
        .toEqual([3, 1, 2, 3])
      await expect(kafka.createTopic(target, wanted)).rejects.toMatchObject({ code: 'TOPIC_EXISTS' })
    })

    test('are created with a count of partitions and replicas', async () => {
      const { kafka, target } = scene()
      await kafka.createTopic(target, {
        name: 'counted',
        partitions: 5,
        replicationFactor: 2,
        config: {},
      })
      const { partitions = [] } = (await findTopic(scene(), 'counted')) ?? {}
      expect(partitions.map(({ partition }) => partition)).toEqual([0, 1, 2, 3, 4])
      for (const { replicas } of partitions) expect(new Set(replicas).size).toBe(2)
    })

    test('are deleted, again and again', async () => {
      const { kafka, target } = scene()
      await kafka.createTopic(target, {
        name: 'short-lived',
        partitions: 1,
        replicationFactor: 3,
        config: {},
      })
      await kafka.deleteTopic(target, 'short-lived')
      expect(await findTopic(scene(), 'short-lived')).toBeUndefined()
      await kafka.deleteTopic(target, 'short-lived')
    })

    test.each([
      ['a value of the wrong type', { config: { 'retention.ms': 'soon' } }, '/config', /retention\.ms/],
      ['a setting that Kafka does not know', { config: { nonsense: '1' } }, '/config', /nonsense/],
      ['more replicas than brokers', { replicationFactor: 4 }, '/replicationFactor', /replication factor/i],
      ['no partitions', { partitions: 0 }, '/partitions', /partitions/i],
      ['a name with a blank', { name: 'a b' }, '/name', /name/i],
      ['an unknown broker', { assignment: [[7]] }, '/assignment', /7/],
    ])('with %s are refused in Kafka’s words', async (_case, change, pointer, words) => {
      const { kafka, target } = scene()
      const wanted = { name: 'refused', partitions: 1, replicationFactor: 3, config: {}, ...change }
      await expect(kafka.createTopic(target, wanted)).rejects.toMatchObject({
        code: 'INVALID_FIELD',
        message: expect.stringMatching(words),
        context: { violations: [{ pointer, detail: expect.stringMatching(words) }] },
      })
      expect(await findTopic(scene(), 'refused')).toBeUndefined()
    })
  })
}
