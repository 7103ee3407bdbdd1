import { expect, it } from 'vitest'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import type { NewTopic } from '../../shared/ports/kafka.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { ended, ordered } from './cluster-life.ts'
import { noThrottleLeft } from './invariants/no-throttle-left.ts'
import { killKafka } from './models/kafka-process.ts'
import { anOrder } from './tenant.ts'
import { createWorld } from './world.ts'

// What the simulated Kafka does as the real one was seen to do (test/system/kafka-adapter.test.ts).

const MEGABYTE = 1e6
/** What is copied in a minute without a throttle. */
const LARGE = 15_000 * MEGABYTE
const ORDERS_0 = { topic: 'orders', partition: 0 }

async function scene(kafkaVersion: KafkaVersion = '3.7.1') {
  const world = createWorld()
  const { clusterId, operationId } = await ordered(world, 'acme', { ...anOrder(), kafkaVersion, topics: [] })
  await ended(world, operationId)
  const cluster = world.facts.clusters.get(clusterId)
  if (!cluster) throw new Error('the cluster has no record')
  const target = kafkaTarget(cluster, [...(world.facts.brokers.get(clusterId)?.values() ?? [])])
  const { kafka, during } = world
  const machine = (nodeId: number) => {
    const found = world.fleet.machines().find(({ node }) => node.clusterId === clusterId && node.nodeId === nodeId)
    if (!found) throw new Error(`there is no machine of node ${nodeId}`)
    return found
  }
  const create = (name: string, assignment: NewTopic['assignment']) =>
    during(
      kafka.createTopic(target, {
        name,
        partitions: 1,
        replicationFactor: 1,
        config: {},
        ...(assignment && { assignment }),
      }),
    )
  const moving = async () => (await during(kafka.reassignments(target))).length
  const replicas = async (name = 'orders') =>
    (await during(kafka.topics(target))).find((topic) => topic.name === name)?.partitions[0]?.replicas
  const throttleAt = async (bytesPerSecond: number) => {
    const [leaders, followers] = [1, 3].map((nodeId) => [{ partition: 0, nodeId }])
    await during(
      kafka.throttleReplicas(target, [{ topic: 'orders', leaders: leaders ?? [], followers: followers ?? [] }]),
    )
    await during(kafka.throttleBrokers(target, [1, 3], bytesPerSecond))
  }
  await create('orders', [[1]])
  kafka.data(clusterId).sizes.set('orders-0', 60 * MEGABYTE)
  return { world, clusterId, target, kafka, during, machine, create, moving, replicas, throttleAt }
}

it('a throttled move takes as long as its bytes do, also while the control plane is dead', async () => {
  const { world, target, kafka, during, moving, replicas, throttleAt } = await scene()
  world.killControlPlane(3600)
  await throttleAt(MEGABYTE)
  await during(kafka.moveReplicas(target, [{ ...ORDERS_0, replicas: [3] }]))
  await world.pass(50)
  expect([await moving(), await replicas()]).toEqual([1, [3, 1]])
  const [copied] = await during(kafka.replicaSizes(target, 3))
  expect(copied?.bytes).toBeGreaterThan(49 * MEGABYTE)
  expect(copied?.bytes).toBeLessThan(56 * MEGABYTE)
  await world.pass(11)
  expect([await moving(), await replicas()]).toEqual([0, [3]])
  world.close()
})

it('a move onto a broker that is down stands still, and goes on when it is back', async () => {
  const { world, clusterId, target, kafka, during, machine, moving } = await scene()
  kafka.data(clusterId).sizes.set('orders-0', LARGE)
  await during(kafka.moveReplicas(target, [{ ...ORDERS_0, replicas: [3] }]))
  await world.pass(20)
  expect(await moving()).toBe(1)
  killKafka(machine(3), world.clock.now())
  await world.pass(1)
  expect(await moving()).toBe(1)
  await world.pass(40)
  expect(await moving()).toBe(1)
  await world.pass(15)
  expect(await moving()).toBe(0)
  world.close()
})

it('a move that is cancelled leaves the replicas where they were', async () => {
  const { world, clusterId, target, kafka, during, moving, replicas } = await scene()
  kafka.data(clusterId).sizes.set('orders-0', LARGE)
  await during(kafka.moveReplicas(target, [{ ...ORDERS_0, replicas: [3] }]))
  await world.pass(30)
  await during(kafka.cancelMoves(target, [ORDERS_0]))
  expect([await moving(), await replicas()]).toEqual([0, [1]])
  expect(await during(kafka.replicaSizes(target, 3))).toEqual([])
  world.close()
})

it('a throttle that no operation answers for is a violation, also that of a broker', async () => {
  const { world, clusterId, target, kafka, during, throttleAt } = await scene()
  const after = world.facts.clusters.get(clusterId)
  const judge = () =>
    noThrottleLeft(kafka.data)(
      { changes: [{ kind: 'cluster', tenantId: 'acme', clusterId, before: after, after }], writer: undefined },
      world.facts,
    )
  judge()
  await throttleAt(MEGABYTE)
  expect(judge).toThrow('throttles of topic orders and broker 1 and broker 3')
  await during(kafka.clearTopicThrottles(target, ['orders']))
  expect(judge).toThrow('throttles of broker 1')
  await during(kafka.clearBrokerThrottles(target, [1, 3]))
  judge()
  world.close()
})

it('a broker that is unregistered while it lives serves no more until it is started again', async () => {
  const { world, target, kafka, during, machine } = await scene()
  const serving = async () => (await during(kafka.brokers(target))).brokers.map(({ nodeId }) => nodeId)
  await during(kafka.unregisterBroker(target, 2))
  await world.pass(60)
  expect(await serving()).toEqual([1, 3])
  killKafka(machine(2), world.clock.now())
  await world.pass(20)
  expect(await serving()).toEqual([1, 2, 3])
  world.close()
})

it('levels go no higher than every registered broker knows, and not back over a change of metadata', async () => {
  const { world, target, kafka, during, machine } = await scene('4.3.1')
  const update = (level: number, kind: 'upgrade' | 'safeDowngrade') =>
    during(kafka.updateFeatures(target, { 'metadata.version': level }, { validateOnly: false, kind }))
  await expect(update(31, 'upgrade')).rejects.toMatchObject({ code: 'INVALID_FIELD' })
  await expect(update(29, 'safeDowngrade')).rejects.toMatchObject({ code: 'INVALID_FIELD' })
  await update(30, 'upgrade')
  const { kafka: process } = machine(1)
  if (!process) throw new Error('there is no process')
  const { desired } = process
  const older = { ...desired, kafka: { ...desired.kafka, version: '3.9.2' as const } }
  expect(kafka.canJoin(machine(1))).toBe(true)
  expect(kafka.canJoin({ ...machine(1), kafka: { ...process, desired: older } })).toBe(false)
  world.close()
})

it('a cordoned broker gets no replicas that Kafka places, and still those that somebody places there', async () => {
  const { world, target, kafka, during, create, replicas } = await scene('4.3.1')
  await during(kafka.overrideOnBroker(target, 3, { 'cordoned.log.dirs': '*' }))
  for (const name of ['a', 'b', 'c']) {
    await create(name, undefined)
    expect(await replicas(name)).not.toContain(3)
  }
  expect(await during(kafka.moveReplicas(target, [{ ...ORDERS_0, replicas: [3] }]))).toEqual([])
  await create('placed', [[3]])
  expect(await replicas('placed')).toEqual([3])
  world.close()
})
