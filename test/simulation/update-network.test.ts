import { describe, expect, it } from 'vitest'
import { type ClusterTest, ended, withActiveCluster } from './cluster-life.ts'
import { type ClusterRef, expectGone } from './end-states.ts'
import type { PortFault } from './faults.ts'
import { FIRST_RANGES, groupOf, SECOND_RANGES } from './lives/network.ts'
import { expectServing } from './lives/serving.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { orTheOneThatRuns, type Patch, patch } from './tenant-changes.ts'
import type { World } from './world.ts'

const THIRD_RANGES = ['203.0.113.0/24']

/** A cluster that is up, in a world of its own, for the length of a test. */
const withCluster = (test: ClusterTest) =>
  withActiveCluster(test, { spec: anOrder({ network: { securityGroups: [groupOf(FIRST_RANGES)] } }) })

const change = (world: World, ref: ClusterRef, what: Patch) => orTheOneThatRuns(world, ref, patch(world, ref, what))
const shutOut = (times: number): PortFault => ({
  port: 'hosts',
  method: 'shutOut',
  when: 'refused',
  error: 'ECONNRESET',
  times,
})

describe('a change of who may reach the brokers', () => {
  it('that dies between letting in and shutting out has shut out nobody who stays, and does both in the end', async () => {
    await withCluster(async (world, ref) => {
      world.faults.add({ ports: [shutOut(3)] })
      const update = await change(world, ref, { inbound: SECOND_RANGES })
      const all = [...new Set([...FIRST_RANGES, ...SECOND_RANGES])].toSorted()
      await world.runUntil(() => world.fleet.inboundOf(ref)?.length === all.length, 'others to be let in')
      expect(world.fleet.inboundOf(ref)).toEqual(all)
      await ended(world, update)
      expect(world.facts.operations.get(update)?.state).toBe('Succeeded')
      expect(world.fleet.inboundOf(ref)).toEqual(SECOND_RANGES)
      expectServing(world, ref)
    })
  })

  it('that failed for good is put right by the next one, and leaves the cluster Active meanwhile', async () => {
    await withCluster(async (world, ref) => {
      world.faults.add({ ports: [shutOut(Number.POSITIVE_INFINITY)] })
      const failed = await change(world, ref, { inbound: SECOND_RANGES })
      await ended(world, failed)
      expect(world.facts.operations.get(failed)).toMatchObject({
        state: 'Failed',
        error: { step: 'ensureSecurityGroup' },
      })
      expectServing(world, ref)
      world.faults.stop()
      const again = await change(world, ref, { inbound: SECOND_RANGES })
      await ended(world, again)
      expect(world.facts.operations.get(again)).toMatchObject({ type: 'updateNetwork', state: 'Succeeded' })
      expect(world.fleet.inboundOf(ref)).toEqual(SECOND_RANGES)
    })
  })

  it('whose call hangs until another change is over leaves what was ordered last', async () => {
    await withCluster(async (world, ref) => {
      world.faults.add({
        steps: [{ kind: 'stallsBeforeEffect', step: 'ensureSecurityGroup', effect: 1, seconds: 600 }],
      })
      const first = await change(world, ref, { inbound: SECOND_RANGES })
      await ended(world, first)
      const second = await change(world, ref, { inbound: THIRD_RANGES })
      await ended(world, second)
      await world.pass(900)
      expect(world.facts.operations.get(second)?.state).toBe('Succeeded')
      expect(world.fleet.inboundOf(ref)).toEqual(THIRD_RANGES)
    })
  })

  it('comes before larger volumes and another configuration in one operation, which restarts each broker once', async () => {
    await withCluster(async (world, ref) => {
      const config = { 'queued.max.requests': '600' }
      const update = await change(world, ref, { inbound: SECOND_RANGES, volumeGiB: 150, config })
      const statuses: string[] = []
      const note = () => {
        const { status = '' } = world.facts.clusters.get(ref.clusterId) ?? {}
        if (statuses.at(-1) !== status) statuses.push(status)
        return world.facts.operations.get(update)?.finishedAt !== undefined
      }
      await world.runUntil(note, 'the end of the operation')
      expect(world.facts.operations.get(update)).toMatchObject({ type: 'updateCluster', state: 'Succeeded' })
      expect(statuses).toEqual(['Updating', 'Extending', 'Updating', 'Rebooting', 'Active'])
      expect(world.fleet.inboundOf(ref)).toEqual(SECOND_RANGES)
      expect(new Set(world.restarts).size).toBe(3)
      expect(world.restarts).toHaveLength(3)
      expectServing(world, ref)
    })
  })

  const others: readonly (readonly [string, Patch, number])[] = [
    ['larger volumes', { volumeGiB: 150 }, 0],
    ['another configuration', { config: { 'queued.max.requests': '600' } }, 3],
  ]
  it.each(others)('together with %s does both and nothing else', async (_what, other, restarts) => {
    await withCluster(async (world, ref) => {
      const update = await change(world, ref, { inbound: SECOND_RANGES, ...other })
      await ended(world, update)
      expect(world.facts.operations.get(update)).toMatchObject({ type: 'updateCluster', state: 'Succeeded' })
      const { spec } = world.facts.clusters.get(ref.clusterId) ?? {}
      expect([spec?.brokers.volumeGiB, spec?.config]).toEqual([other.volumeGiB ?? 100, other.config ?? {}])
      expect(world.fleet.inboundOf(ref)).toEqual(SECOND_RANGES)
      expect(world.restarts).toHaveLength(restarts)
      expectServing(world, ref)
    })
  })

  it('that a delete takes over leaves no security group, however late its calls come', async () => {
    await withCluster(async (world, ref) => {
      world.faults.add({
        steps: [{ kind: 'stallsBeforeEffect', step: 'ensureSecurityGroup', effect: 1, seconds: 1200 }],
      })
      await change(world, ref, { inbound: SECOND_RANGES })
      await world.pass(5)
      const deletion = await world.during(askToDelete(world, 'acme', ref.clusterId))
      await ended(world, deletion)
      await world.pass(1800)
      await world.explained(() => expectGone(world, ref))
    })
  })
})
