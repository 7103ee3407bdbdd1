import { describe, expect, it } from 'vitest'
import { ended, ordered } from './cluster-life.ts'
import { type ClusterRef, ledgerOf } from './end-states.ts'
import type { Faults } from './faults.ts'
import { askToDelete } from './tenant.ts'
import { createWorld, type World } from './world.ts'

interface Billed {
  /** Host hours and GiB hours, in milliseconds: exact. */
  readonly hostMilliseconds: number
  readonly gibMilliseconds: number
}

/** The integral of the ledger up to now. */
async function billed(world: World, ref: ClusterRef): Promise<Billed> {
  const total = { hostMilliseconds: 0, gibMilliseconds: 0 }
  const open = new Map<number, { since: number; hosts: number; volumeGiB: number }>()
  const close = (nodeId: number, at: number) => {
    const last = open.get(nodeId)
    if (!last) return
    total.hostMilliseconds += last.hosts * (at - last.since)
    total.gibMilliseconds += last.volumeGiB * (at - last.since)
  }
  for (const { at, brokers } of await ledgerOf(world, ref)) {
    for (const { nodeId, instanceType, volumeGiB } of brokers) {
      close(nodeId, Date.parse(at))
      open.set(nodeId, { since: Date.parse(at), hosts: instanceType === undefined ? 0 : 1, volumeGiB })
    }
  }
  for (const nodeId of open.keys()) close(nodeId, world.clock.now())
  return total
}

async function activeFor(hours: number, faults: Faults = {}) {
  const world = createWorld()
  const { clusterId, operationId } = await ordered(world)
  const ref = { tenantId: 'acme', clusterId }
  await ended(world, operationId)
  const activeAt = Date.parse(world.facts.operations.get(operationId)?.finishedAt ?? '')
  await world.pass(hours * 3600)
  world.faults.add(faults)
  const deletion = await world.during(askToDelete(world, 'acme', clusterId))
  const acceptedAt = Date.parse(world.facts.operations.get(deletion)?.createdAt ?? '')
  return { world, ref, deletion, activeMilliseconds: acceptedAt - activeAt }
}

describe('the bill of a cluster', () => {
  it('counts its hosts from Active until the delete is accepted, to the millisecond', async () => {
    const { world, ref, deletion, activeMilliseconds } = await activeFor(1)
    expect((await billed(world, ref)).hostMilliseconds).toBe(3 * activeMilliseconds)
    await ended(world, deletion)
    await world.pass(3600)
    expect((await billed(world, ref)).hostMilliseconds).toBe(3 * activeMilliseconds)
    world.close()
  })

  it('counts each volume until it is gone, also while its removal does not succeed', async () => {
    const hour = 3_600_000
    const { world, ref, deletion, activeMilliseconds } = await activeFor(1, {
      ports: [{ port: 'hosts', method: 'removeVolume', nodeId: 2, when: 'refused', error: 'ECONNRESET', times: 20 }],
    })
    await ended(world, deletion)
    const { gibMilliseconds } = await billed(world, ref)
    const least = 3 * 100 * activeMilliseconds
    expect(gibMilliseconds).toBeGreaterThan(least + 100 * 0.05 * hour)
    await world.pass(3600)
    expect((await billed(world, ref)).gibMilliseconds).toBe(gibMilliseconds)
    world.close()
  })

  it('does not begin anew when a second delete ends what a first one could not', async () => {
    const { world, ref, deletion } = await activeFor(1, {
      ports: [{ port: 'hosts', method: 'removeVolume', nodeId: 2, when: 'refused', error: 'ECONNRESET', times: 1e9 }],
    })
    await ended(world, deletion, 8 * 3600)
    const before = await billed(world, ref)
    await world.pass(3600)
    const oneVolume = (await billed(world, ref)).gibMilliseconds - before.gibMilliseconds
    expect(oneVolume).toBe(100 * 3_600_000)
    world.faults.stop()
    const second = await world.during(askToDelete(world, 'acme', ref.clusterId))
    await ended(world, second)
    const after = await billed(world, ref)
    await world.pass(3600)
    expect(await billed(world, ref)).toEqual(after)
    expect(after.hostMilliseconds).toBe(before.hostMilliseconds)
    world.close()
  })

  it('never begins for a create that fails', async () => {
    const world = createWorld({ faults: { hosts: [{ kind: 'processCrashLoops' }] } })
    const { clusterId, operationId } = await ordered(world)
    await ended(world, operationId)
    await world.pass(60)
    expect(await ledgerOf(world, { tenantId: 'acme', clusterId })).toEqual([])
    world.close()
  })
})
