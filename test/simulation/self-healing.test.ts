import { describe, expect, it } from 'vitest'
import { operationView } from '../../functions/api/views/operation.ts'
import { executionName } from '../../shared/ports/workflows.ts'
import { ended, ordered } from './cluster-life.ts'
import { type ClusterRef, expectGone } from './end-states.ts'
import { printedFigures } from './figures.ts'
import { expectServing } from './lives/serving.ts'
import { killKafka } from './models/kafka-process.ts'
import type { Machine } from './models/machine.ts'
import { askToDelete } from './tenant.ts'
import { repair, restart } from './tenant-changes.ts'
import { createWorld, type World } from './world.ts'

const figures = printedFigures('repairBrokers', 1)

/** Longer than it takes to notice, to order a repair, to carry it out, and to rest between two of them. */
const LONG_SECONDS = 4 * 3600

/** Half an hour without progress on a host, three minutes of suspicion, and a sweep. */
const NO_PROGRESS_SECONDS = 2100

/** A cluster that has been up for some minutes, in a world of its own, for the length of a test. */
async function withCluster(test: (world: World, ref: ClusterRef) => Promise<void>): Promise<void> {
  const world = createWorld()
  const begin = world.clock.now()
  figures.faults(1)
  try {
    const { clusterId, operationId } = await ordered(world)
    await ended(world, operationId)
    await world.pass(120)
    await test(world, { tenantId: 'acme', clusterId })
    figures.run({ virtualSeconds: (world.clock.now() - begin) / 1000 })
  } finally {
    world.close()
  }
}

const machineOf = ({ fleet }: World, nodeId: number): Machine => {
  const found = fleet.machines().find(({ node }) => node.nodeId === nodeId)
  if (!found) throw new Error(`node ${nodeId} has no machine`)
  return found
}
const healthOf = ({ facts }: World, { clusterId }: ClusterRef, nodeId: number) =>
  facts.brokers.get(clusterId)?.get(nodeId)?.health
const isWell = (world: World, { clusterId }: ClusterRef) => {
  const { status, health } = world.facts.clusters.get(clusterId) ?? {}
  return status === 'Active' && health === 'Healthy'
}
const repairsOf = ({ facts }: World) => [...facts.operations.values()].filter(({ type }) => type === 'repairBrokers')
const machineIds = ({ fleet }: World) => fleet.machines().map(({ instanceId }) => instanceId)

async function expectHealed(world: World, ref: ClusterRef): Promise<void> {
  await world.runUntil(() => isWell(world, ref), 'the cluster to be well again', LONG_SECONDS)
  await world.runUntil(world.isQuiet, 'the end of what follows from it')
  await world.explained(async () => expectServing(world, ref))
}

describe('without anybody asking', () => {
  it('a machine that is gone is noticed within half a minute, whenever it goes', async () => {
    for (let seconds = 0; seconds < 10; seconds += 2)
      await withCluster(async (world, ref) => {
        await world.pass(seconds)
        const goneAt = world.clock.now()
        world.fleet.kill(machineOf(world, 2))
        await world.runUntil(() => healthOf(world, ref, 2) === 'Unavailable', 'the loss to be noticed')
        expect((world.clock.now() - goneAt) / 1000).toBeLessThanOrEqual(30)
        expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Active', health: 'Degraded' })
        expect(world.facts.brokers.get(ref.clusterId)?.get(2)?.statusReason).toContain(
          'The machine of this broker is off',
        )
      })
  })

  it('a Kafka process that was killed is noticed, and serves again with no operation', () =>
    withCluster(async (world, ref) => {
      killKafka(machineOf(world, 2), world.clock.now())
      await world.runUntil(() => healthOf(world, ref, 2) === 'Unavailable', 'the loss to be noticed', 30)
      await expectHealed(world, ref)
      expect(repairsOf(world)).toEqual([])
    }))

  it('a host that is only silent, or all of them, is Unknown and not replaced, and Healthy when it is heard again', async () => {
    for (const nodes of [[2], [1, 2, 3]])
      await withCluster(async (world, ref) => {
        const before = machineIds(world)
        for (const nodeId of nodes) machineOf(world, nodeId).silentUntil = world.clock.now() + 1200_000
        await world.runUntil(() => nodes.every((nodeId) => healthOf(world, ref, nodeId) === 'Unknown'), 'silence', 60)
        await world.pass(1100)
        expect(machineIds(world)).toEqual(before)
        await expectHealed(world, ref)
        expect([machineIds(world), repairsOf(world), world.restarts]).toEqual([before, [], []])
      })
  })

  it('a second machine that is lost while the first one is replaced is replaced, too', () =>
    withCluster(async (world, ref) => {
      world.fleet.kill(machineOf(world, 2))
      await world.runUntil(() => repairsOf(world).length > 0, 'the repair of the first')
      world.fleet.kill(machineOf(world, 3))
      const isDone = () => repairsOf(world).filter(({ state }) => state === 'Succeeded').length === 2
      await world.runUntil(isDone, 'the repair of both', LONG_SECONDS)
      await expectHealed(world, ref)
    }))

  it('a machine whose successor dies at once is replaced again', () =>
    withCluster(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'diesSuddenly', nodeId: 2, seconds: 12 }] })
      world.fleet.kill(machineOf(world, 2))
      await world.runUntil(() => repairsOf(world).some(({ state }) => state === 'Failed'), 'a failure', LONG_SECONDS)
      world.faults.mendHosts()
      await expectHealed(world, ref)
    }))

  it('a restart waits while another host is silent, whatever that host said last', () =>
    withCluster(async (world, ref) => {
      machineOf(world, 2).silentUntil = world.clock.now() + 600_000
      await world.runUntil(() => healthOf(world, ref, 2) === 'Unknown', 'silence', 60)
      const operationId = await world.during(restart(world, ref, { nodes: [1] }))
      await world.pass(300)
      expect(world.restarts).toEqual([])
      await ended(world, operationId)
      expect(world.facts.operations.get(operationId)?.state).toBe('Succeeded')
    }))

  it('an operation whose execution ended without a word, or never began, is taken up and ends', async () => {
    await withCluster(async (world, ref) => {
      const operationId = await world.during(restart(world, ref))
      await world.runUntil(() => world.restarts.length === 1, 'the first restart')
      await world.during(
        world.call(({ workflows }) => workflows.stop('rebootBrokers', executionName(operationId, 1), 'by mistake')),
      )
      await ended(world, operationId)
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Succeeded', attempt: 2 })
      expect(world.restarts.toSorted()).toEqual([...new Set(world.restarts)].toSorted())
      await expectHealed(world, ref)
    })
    await withCluster(async (world, ref) => {
      world.faults.add({
        ports: [{ port: 'workflows', method: 'start', when: 'neverDone', error: 'ECONNRESET', times: 1 }],
      })
      const operationId = await world.during(restart(world, ref))
      await ended(world, operationId)
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Succeeded', attempt: 1 })
    })
  })
})

describe('an operation on a host that says again and again why it cannot go on', () => {
  it('tells that and since when, is begun anew after half an hour, and ends when it is mended', () =>
    withCluster(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'isHeldUp', nodeId: 2 }] })
      const operationId = await world.during(restart(world, ref, { nodes: [2] }))
      const operation = () => world.facts.operations.get(operationId)
      const begunAt = world.clock.now()
      for (const attempt of [1, 2]) {
        await world.runUntil(() => operation()?.attempt === attempt, `attempt ${attempt}`, NO_PROGRESS_SECONDS)
        await world.pass(300)
        const record = operation()
        const { steps } = record ? await operationView(world.outside, record) : expect.fail('there is no operation')
        const parked = steps.find((step) => step.name === 'restartKafka' && step.attempt === attempt)
        expect(parked).toMatchObject({ nodeId: 2, state: 'Waiting', startedAt: expect.any(String) })
        const [, since] = /since (\S+Z): The certificate cannot be renewed/.exec(parked?.reason ?? '') ?? []
        expect(Math.abs(Date.parse(since ?? '') - begunAt)).toBeLessThan(30_000)
      }
      world.faults.mendHosts()
      await ended(world, operationId)
      const error = {
        step: 'restartKafka',
        nodeId: 2,
        detail: expect.stringContaining('The certificate cannot be renewed'),
      }
      expect(operation()).toMatchObject({ state: 'Succeeded', earlier: [{ state: 'GivenUp', error }] })
      await expectHealed(world, ref)
    }))
})

describe('what a person has to decide', () => {
  it('two machines that are gone at once are not replaced by themselves; once one is on request, the other is', () =>
    withCluster(async (world, ref) => {
      world.fleet.kill(machineOf(world, 2))
      world.fleet.kill(machineOf(world, 3))
      await world.pass(3600)
      expect(repairsOf(world)).toEqual([])
      await ended(world, await world.during(repair(world, ref, 2)))
      await expectHealed(world, ref)
    }))

  it('a cluster that has lost all of its machines comes back with all of them on one request', () =>
    withCluster(async (world, ref) => {
      for (const machine of world.fleet.machines()) world.fleet.kill(machine)
      await world.pass(600)
      expect(repairsOf(world)).toEqual([])
      expect(world.facts.clusters.get(ref.clusterId)?.health).toBe('Unavailable')
      await ended(world, await world.during(repair(world, ref, 1)))
      await expectHealed(world, ref)
      expect(repairsOf(world)).toHaveLength(1)
    }))

  it('a delete in the middle of a repair leaves nothing', async () => {
    for (let seconds = 0; seconds < 12; seconds += 1)
      await withCluster(async (world, ref) => {
        world.fleet.kill(machineOf(world, 2))
        await world.runUntil(() => repairsOf(world).length > 0, 'the repair')
        await world.pass(seconds)
        await ended(world, await world.during(askToDelete(world, ref.tenantId, ref.clusterId)))
        await world.pass(600)
        await world.explained(() => expectGone(world, ref))
      })
  })
})
