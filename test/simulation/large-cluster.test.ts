import { describe, expect, it } from 'vitest'
import { historyOf } from '../../local/asl/history.ts'
import { isOffered } from '../../shared/lifecycle/lifecycle.ts'
import { toAsl } from '../../workflows/render.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import { historyBound } from '../workflows/history-bound.ts'
import { ended, ordered } from './cluster-life.ts'
import { expectActive, expectGone } from './end-states.ts'
import { anOrder, askToDelete, grantLimits } from './tenant.ts'
import { patch, restart } from './tenant-changes.ts'
import { createWorld, type World } from './world.ts'

const largest = anOrder({ topology: 'dedicated', brokers: { count: 60, volumeGiB: 100 }, topics: [] })

/** How many events the history of an operation's execution has: the service ends an execution at 25,000. */
const eventsOf = ({ journal }: World, operationId: string) => historyOf(journal.events(`${operationId}-1`)).length

describe('the history of an execution', () => {
  it('stays below 1,000 events for a combined create and its delete', async () => {
    const world = createWorld()
    const { clusterId, operationId } = await ordered(world)
    await ended(world, operationId)
    const deletion = await world.during(askToDelete(world, 'acme', clusterId))
    await ended(world, deletion)
    expect(eventsOf(world, operationId)).toBeLessThan(1000)
    expect(eventsOf(world, deletion)).toBeLessThan(1000)
    world.close()
  })

  it('stays below 5,000 events for the largest dedicated cluster, also while it is upgraded', {
    timeout: 300_000,
  }, async () => {
    const world = createWorld()
    await grantLimits(world, 'acme', { clusters: 10, brokers: 100, volumeGiB: 20_000 })
    const { clusterId, operationId } = await ordered(world, 'acme', largest)
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    await world.explained(() => expectActive(world, ref, operationId, largest))
    const upgrade = (await world.during(patch(world, ref, { kafkaVersion: '4.3.1' }))) ?? ''
    await ended(world, upgrade)
    await world.explained(async () => {
      expect(world.facts.operations.get(upgrade)).toMatchObject({ type: 'upgradeKafka', state: 'Succeeded' })
      expect(new Set(world.fleet.machines().map(({ kafka }) => kafka?.desired.kafka.version))).toEqual(
        new Set(['4.3.1']),
      )
      expect(eventsOf(world, upgrade)).toBeLessThan(5000)
    })
    const deletion = await world.during(askToDelete(world, 'acme', clusterId))
    await ended(world, deletion)
    await world.explained(() => expectGone(world, ref))
    expect(eventsOf(world, operationId)).toBeLessThan(5000)
    expect(eventsOf(world, deletion)).toBeLessThan(5000)
    world.close()
  })
})

/** A look that comes too early is made again, for three events: the failure, and that the call was scheduled and started. */
const repeated = ({ journal }: World, operationId: string) =>
  3 * historyOf(journal.events(`${operationId}-1`)).filter(({ type }) => type === 'TaskFailed').length

describe('the bound of the history that follows from a definition', () => {
  const smallest = anOrder({ topology: 'dedicated', brokers: { count: 3, volumeGiB: 100 }, topics: [] })
  const nodes = 6

  it('is not passed by any operation of a cluster that nothing happens to', async () => {
    const world = createWorld()
    await grantLimits(world, 'acme', { clusters: 10, brokers: 100, volumeGiB: 20_000 })
    const { clusterId, operationId } = await ordered(world, 'acme', smallest)
    const ref = { tenantId: 'acme', clusterId }
    const orders = [
      async () => operationId,
      () => restart(world, ref),
      () => patch(world, ref, { volumeGiB: 200 }),
      () => patch(world, ref, { config: { 'queued.max.requests': '600' } }),
      () => patch(world, ref, { volumeGiB: 300, config: { 'queued.max.requests': '700' } }),
      () => patch(world, ref, { kafkaVersion: '3.9.2' }),
      () => askToDelete(world, 'acme', clusterId),
    ]
    const seen = new Set<string>()
    for (const order of orders) {
      const id = (await world.during<string | undefined>(order())) ?? ''
      await ended(world, id)
      const { type, state } = world.facts.operations.get(id) ?? {}
      if (type === undefined || !isOffered(type)) throw new Error(`what is ${id}?`)
      seen.add(type)
      expect(state, type).toBe('Succeeded')
      expect(eventsOf(world, id) - repeated(world, id), type).toBeLessThanOrEqual(
        historyBound(toAsl(WORKFLOWS[type]), nodes),
      )
    }
    expect(seen.size).toBe(orders.length)
    world.close()
  })
})

describe('the largest cluster', () => {
  it('ends Error with all of its brokers when its create fails, though they do not fit into one transaction', async () => {
    const world = createWorld({ faults: { hosts: [{ kind: 'volumeFails', nodeId: 120 }] } })
    await grantLimits(world, 'acme', { clusters: 10, brokers: 100, volumeGiB: 20_000 })
    const { clusterId, operationId } = await ordered(world, 'acme', largest)
    await ended(world, operationId)
    await world.explained(async () => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed', error: { nodeId: 120 } })
      expect(world.facts.clusters.get(clusterId)?.status).toBe('Error')
    })
    world.faults.stop()
    await ended(world, await world.during(askToDelete(world, 'acme', clusterId)))
    await world.explained(() => expectGone(world, { tenantId: 'acme', clusterId }))
    world.close()
  })
})
