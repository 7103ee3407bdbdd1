import { describe, expect, test } from 'vitest'
import { KAFKA_VERSIONS } from '../../shared/catalogue/kafka-versions.ts'
import { findTopic, type WeirCluster } from './weir-cluster.ts'

const CORDON = { 'cordoned.log.dirs': '*' }

/** Which brokers belong to the cluster, what they take, and the levels of features. */
export function membershipTests(scene: () => WeirCluster): void {
  const release = () => {
    const found = Object.entries(KAFKA_VERSIONS).find(([name]) => name === scene().target.kafkaVersion)
    if (!found) throw new TypeError('the release is not in the catalogue')
    return found[1]
  }

  describe('levels of features', () => {
    test('are those that the cluster was born with, and every listener supports them', async () => {
      const { kafka, target } = scene()
      const { finalised, nodes } = await kafka.features(target)
      expect(Object.fromEntries(finalised)).toEqual(release().featureLevels)
      expect(nodes.map(({ address, role }) => `${role} ${address}`)).toEqual([
        ...target.brokers.map((address) => `broker ${address}`),
        ...target.controllers.map((address) => `controller ${address}`),
      ])
      for (const { supported } of nodes)
        expect(supported?.get('metadata.version')?.max).toBe(release().featureLevels['metadata.version'])
    })

    test('go down where Kafka loses nothing by it, and up again; validated only, nothing changes', async () => {
      const { kafka, target } = scene()
      const [feature, level] = scene().target.kafkaVersion.startsWith('4.')
        ? (['streams.version', 1] as const)
        : (['metadata.version', 19] as const)
      const finalised = async () => (await kafka.features(target)).finalised.get(feature) ?? 0
      const lower = { [feature]: level - 1 }
      await kafka.updateFeatures(target, lower, { validateOnly: true, kind: 'safeDowngrade' })
      expect(await finalised()).toBe(level)
      await kafka.updateFeatures(target, lower, { validateOnly: false, kind: 'safeDowngrade' })
      await expect.poll(finalised).toBe(level - 1)
      for (const _ of ['once', 'again'])
        await kafka.updateFeatures(target, { [feature]: level }, { validateOnly: false, kind: 'upgrade' })
      await expect.poll(finalised).toBe(level)
    })

    test('are refused in Kafka’s words where a release does not know them; that of the quorum is never asked for', async () => {
      const { kafka, target } = scene()
      const options = { validateOnly: false, kind: 'upgrade' } as const
      const above = release().featureLevels['metadata.version'] + 1
      await expect(kafka.updateFeatures(target, { 'metadata.version': above }, options)).rejects.toMatchObject({
        code: 'INVALID_FIELD',
        message: expect.stringContaining(String(above)),
        context: { violations: [{ pointer: '/features/metadata.version' }] },
      })
      await expect(kafka.updateFeatures(target, { 'kraft.version': 1 }, options)).rejects.toMatchObject({
        code: 'INVALID_FIELD',
        context: { violations: [{ pointer: '/features/kraft.version' }] },
      })
      expect((await kafka.features(target)).finalised.get('kraft.version')).toBeUndefined()
    })
  })

  describe('a cordoned broker', () => {
    test('gets no replicas that Kafka places, from 4.3 on, still those that somebody places there, and all again afterwards', async () => {
      const { kafka, target } = scene()
      const heeds = release().featureLevels['metadata.version'] >= 30
      let made = 0
      const place = (replicationFactor: number, assignment?: readonly (readonly number[])[]) => {
        const topic = { name: `cordon-${++made}`, partitions: 1, replicationFactor, config: {} }
        return kafka.createTopic(target, { ...topic, ...(assignment && { assignment }) }).then(
          () => 'made',
          (refusal: unknown) => String(refusal),
        )
      }
      const placedOn = async () => (await findTopic(scene(), `cordon-${made}`))?.partitions[0]?.replicas.toSorted()
      await kafka.overrideOnBroker(target, 3, CORDON)
      const set = async () => (await kafka.brokerConfig(target, 3, Object.keys(CORDON))).get('cordoned.log.dirs')
      await expect.poll(set, { timeout: 10_000 }).toMatchObject({ overridden: true })
      if (heeds) {
        // The controller learns of it with the broker's next heartbeat.
        await expect.poll(() => place(3), { timeout: 10_000 }).toContain('cordoned')
        expect([await place(2), await placedOn()]).toEqual(['made', [1, 2]])
      } else expect(await place(3)).toBe('made')
      expect([await place(1, [[3]]), await placedOn()]).toEqual(['made', [3]])
      await kafka.clearOverrides(target, 3, Object.keys(CORDON))
      await expect.poll(() => place(3), { timeout: 10_000 }).toBe('made')
    })
  })
}

/** What is left to do for a broker that is down for good. */
export async function expectForgotten({ kafka, target }: WeirCluster, nodeId: number): Promise<void> {
  const registered = async () => {
    const brokers = await kafka.registeredBrokers(target)
    return brokers === 'unknown' ? brokers : brokers.map((broker) => `${broker.nodeId} ${broker.fenced}`)
  }
  const tells = target.kafkaVersion.startsWith('4.')
  const seen = [1, 2, 3].map((each) => `${each} ${each === nodeId}`)
  await expect.poll(registered, { timeout: 20_000 }).toEqual(tells ? seen : 'unknown')
  const silent = (await kafka.features(target)).nodes.filter(({ supported }) => supported === undefined)
  const [broker, controller] = [target.brokers, target.controllers].map((addresses) => addresses[nodeId - 1])
  expect(silent.map(({ address }) => address)).toEqual([broker, controller])
  await kafka.throttleBrokers(target, [nodeId], 1_000_000)
  await kafka.clearBrokerThrottles(target, [nodeId])
  for (const _ of ['once', 'again']) await kafka.unregisterBroker(target, nodeId)
  await expect
    .poll(registered, { timeout: 10_000 })
    .toEqual(tells ? seen.filter((each) => !each.startsWith(`${nodeId} `)) : 'unknown')
  await kafka.clearBrokerThrottles(target, [nodeId])
  await kafka.clearOverrides(target, nodeId, Object.keys(CORDON))
}
