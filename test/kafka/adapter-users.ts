import { describe, expect, test, vi } from 'vitest'
import { readAs } from './scram-client.ts'
import { accessOf, findTopic, passwordOf, putUserWith, roundTrip, tenantId, type WeirCluster } from './weir-cluster.ts'

/** Users from their first login to their last. */
export function userTests(scene: () => WeirCluster): void {
  describe('users', () => {
    test('go round every partition through the client listener as soon as they are made, and again', async () => {
      const { kafka } = scene()
      await putUserWith(scene(), 'canary', [
        { resource: 'topic', pattern: 'literal', name: 'placed', operation: 'All' },
        { resource: 'group', pattern: 'prefixed', name: 'tenant.', operation: 'Read' },
      ])
      await roundTrip(scene(), kafka, 'canary', 'placed')
      await roundTrip(scene(), kafka, 'canary', 'placed')
      const partitions = (await readAs(accessOf(scene(), 'canary'), 'placed', 8)).map(({ partition }) => partition)
      expect(partitions.toSorted()).toEqual([0, 0, 1, 1, 2, 2, 3, 3])
    })

    test('make Kafka create topics of its own, which are listed too and told apart', async () => {
      expect(await findTopic(scene(), '__consumer_offsets')).toMatchObject({ internal: true })
      expect(await findTopic(scene(), 'placed')).toMatchObject({ internal: false })
    })

    test('get a new password, and the old one is refused', async () => {
      const { hasty, kafka, target } = scene()
      await kafka.putUser(target, 'canary', 'second')
      await roundTrip(scene(), kafka, 'canary', 'placed', { password: 'second' })
      await expect(roundTrip(scene(), hasty, 'canary', 'placed')).rejects.toMatchObject({
        code: 'CANARY_FAILED',
        message: expect.stringContaining('user or password refused'),
      })
      await kafka.putUser(target, 'canary', passwordOf('canary'))
    })

    test('do not go round a topic that is not there or whose certificate comes from a stranger', async () => {
      const { certificates, hasty, kafka } = scene()
      await putUserWith(scene(), 'lost', [{ resource: 'topic', pattern: 'prefixed', name: '', operation: 'All' }])
      await roundTrip(scene(), kafka, 'lost', 'placed')
      await expect(roundTrip(scene(), hasty, 'lost', 'nowhere')).rejects.toMatchObject({
        code: 'CANARY_FAILED',
        message: expect.stringContaining('topic nowhere: UNKNOWN_TOPIC_OR_PARTITION'),
      })
      const stranger = await certificates.ensureAuthority(tenantId, 'clu_stranger')
      await expect(roundTrip(scene(), hasty, 'lost', 'placed', { caPem: stranger.caPem })).rejects.toMatchObject({
        code: 'KAFKA_UNAVAILABLE',
      })
    })

    test('cannot log in after they were deleted, again and again', async () => {
      const { hasty, kafka, target } = scene()
      await putUserWith(scene(), 'leaving', [
        { resource: 'topic', pattern: 'literal', name: 'placed', operation: 'All' },
      ])
      await roundTrip(scene(), kafka, 'leaving', 'placed')
      await kafka.deleteUser(target, 'leaving')
      await kafka.deleteUser(target, 'leaving')
      await vi.waitFor(
        () => expect(roundTrip(scene(), hasty, 'leaving', 'placed')).rejects.toMatchObject({ code: 'CANARY_FAILED' }),
        { timeout: 20_000 },
      )
    })
  })
}
