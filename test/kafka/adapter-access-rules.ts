import { beforeAll, describe, expect, test } from 'vitest'
import { outcome, readAs, sendAs, topicsSeenBy } from './scram-client.ts'
import { accessOf, putUserWith, type WeirCluster } from './weir-cluster.ts'

/** What rules let users do, and nothing else. */
export function accessRuleTests(scene: () => WeirCluster): void {
  describe('access rules', () => {
    const producer = [
      { resource: 'topic', pattern: 'prefixed', name: 'orders.', operation: 'Write' },
      { resource: 'cluster', pattern: 'literal', name: '', operation: 'IdempotentWrite' },
    ] as const
    const consumer = [
      { resource: 'topic', pattern: 'prefixed', name: 'orders.', operation: 'Read' },
      { resource: 'group', pattern: 'prefixed', name: 'orders.', operation: 'Read' },
    ] as const
    const patiently = { timeout: 20_000 }

    beforeAll(async () => {
      const { kafka, target } = scene()
      for (const name of ['orders.eu', 'ordersx']) {
        await kafka.createTopic(target, { name, partitions: 1, replicationFactor: 3, config: {} })
      }
      // Twice, because every call may be repeated.
      for (const rules of [producer, producer]) await putUserWith(scene(), 'producer', rules)
      for (const rules of [consumer, consumer]) await putUserWith(scene(), 'consumer', rules)
    })

    test('let a producer write on its prefix, and neither write elsewhere nor read', async () => {
      const producer = accessOf(scene(), 'producer')
      await expect.poll(() => outcome(sendAs(producer, 'orders.eu', 'one')), patiently).toBe('done')
      expect(await outcome(sendAs(producer, 'ordersx', 'two'))).toContain('TOPIC_AUTHORIZATION_FAILED')
      expect(await outcome(readAs(producer, 'orders.eu', 1, 'orders.'))).toContain('GROUP_AUTHORIZATION_FAILED')
    })

    test('let a consumer read on its prefix, and neither read elsewhere nor write', async () => {
      const consumer = accessOf(scene(), 'consumer')
      expect(await readAs(consumer, 'orders.eu', 1, 'orders.')).toEqual([{ partition: 0, value: 'one' }])
      expect(await outcome(readAs(consumer, 'ordersx', 1, 'orders.'))).toContain('TOPIC_AUTHORIZATION_FAILED')
      expect(await outcome(readAs(consumer, 'orders.eu', 1, 'other.'))).toContain('GROUP_AUTHORIZATION_FAILED')
      expect(await outcome(sendAs(consumer, 'orders.eu', 'two'))).toContain('AUTHORIZATION_FAILED')
      expect(await topicsSeenBy(consumer)).toEqual(['orders.eu'])
    })

    test('with an empty prefix are about everything', async () => {
      await putUserWith(scene(), 'reader', [
        { resource: 'topic', pattern: 'prefixed', name: '', operation: 'Describe' },
      ])
      const seen = () => topicsSeenBy(accessOf(scene(), 'reader')).catch(() => [])
      await expect.poll(seen, patiently).toEqual(expect.arrayContaining(['orders.eu', 'ordersx', 'placed']))
    })

    test('end with the deletion of all rules of their principal, and of no other', async () => {
      const { kafka, target } = scene()
      await kafka.deleteAccessRules(target, 'User:producer')
      await kafka.deleteAccessRules(target, 'User:producer')
      await expect
        .poll(() => outcome(sendAs(accessOf(scene(), 'producer'), 'orders.eu', 'three')), patiently)
        .toContain('AUTHORIZATION_FAILED')
      expect(await topicsSeenBy(accessOf(scene(), 'consumer'))).toEqual(['orders.eu'])
    })
  })
}
