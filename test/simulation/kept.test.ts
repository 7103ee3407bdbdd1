import { describe, expect, it } from 'vitest'
import type { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { loadHost } from '../../shared/state/load.ts'
import { type ClusterTest, ended, ordered, withActiveCluster } from './cluster-life.ts'
import { type ClusterRef, expectGone, ledgerOf } from './end-states.ts'
import { expectBack } from './lives/power.ts'
import { deleted, expectKept, keptOrder } from './lives/restore.ts'
import { askToDelete, order } from './tenant.ts'
import { power, restart } from './tenant-changes.ts'
import { createWorld, type World } from './world.ts'

const DAY_SECONDS = 86_400

/** A cluster that is kept when it is deleted, in a world of its own, for the length of a test. */
const withCluster = (test: ClusterTest, spec: ClusterSpec = keptOrder) =>
  withActiveCluster(test, { spec, restSeconds: 30 })

const remove = (world: World, { tenantId, clusterId }: ClusterRef, now = false) =>
  world.during(askToDelete(world, tenantId, clusterId, now))
const restore = (world: World, ref: ClusterRef) => world.during(power(world, ref, 'restoreCluster'))
const isThere = (world: World, { clusterId }: ClusterRef) => world.facts.clusters.has(clusterId)

async function refusal(asked: Promise<unknown>): Promise<DomainError> {
  const thrown: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(thrown instanceof DomainError)) throw new Error('it was not refused', { cause: thrown })
  return thrown
}

describe('a cluster that was deleted and is kept', () => {
  it('is billed for its volumes alone, and goes without a trace when its days are over', () =>
    withCluster(async (world, ref) => {
      await deleted(world, ref)
      const until = Date.parse(world.facts.clusters.get(ref.clusterId)?.restorableUntil ?? '')
      expect((until - world.clock.now()) / 1000).toBeGreaterThan(DAY_SECONDS - 600)
      await world.pass((until - world.clock.now()) / 1000 - 60)
      expectKept(world, ref)
      expect((await ledgerOf(world, ref)).at(-1)).toMatchObject({ cause: 'delete accepted' })
      await world.runUntil(() => !isThere(world, ref), 'the cluster to be gone', 3600)
      await world.runUntil(world.isQuiet, 'the end of what follows from it')
      await world.explained(() => expectGone(world, ref))
    }))

  it('stays when it was restored in time, however long ago it was deleted', () =>
    withCluster(async (world, ref) => {
      await deleted(world, ref)
      await world.pass(DAY_SECONDS - 300)
      await ended(world, await restore(world, ref))
      await world.pass(900)
      await expectBack(world, ref)
    }))

  it('is gone at once with a delete that says so, and not with one that is only repeated', () =>
    withCluster(async (world, ref) => {
      await deleted(world, ref)
      const first = world.facts.clusters.get(ref.clusterId)?.lastOperationId
      expect(await remove(world, ref)).toBe(first)
      expectKept(world, ref)
      await ended(world, await remove(world, ref, true))
      await world.explained(() => expectGone(world, ref))
    }))

  it('is gone at once where the delete itself says so, also while it is still being kept', async () => {
    await withCluster(async (world, ref) => {
      await ended(world, await remove(world, ref, true))
      await world.explained(() => expectGone(world, ref))
    })
    await withCluster(async (world, ref) => {
      await remove(world, ref)
      await world.pass(2)
      await ended(world, await remove(world, ref, true))
      await world.explained(() => expectGone(world, ref))
    })
  })

  it('holds its name, and says who holds it and for how long', () =>
    withCluster(async (world, ref) => {
      await deleted(world, ref)
      const refused = await refusal(world.during(order(world, 'acme', keptOrder, 'second')))
      expect(refused.code).toBe('NAME_TAKEN')
      expect(refused.context.metadata).toMatchObject({ clusterId: ref.clusterId, restorableUntil: expect.any(String) })
    }))

  it('takes nothing but a restore and a delete, and nothing of another tenant', () =>
    withCluster(async (world, ref) => {
      await deleted(world, ref)
      const asked = [
        () => restart(world, ref),
        () => power(world, ref, 'startCluster'),
        () => power(world, ref, 'stopCluster'),
      ]
      for (const ask of asked) {
        const refused = await refusal(world.during(ask()))
        expect(refused.code).toBe('STATUS_NOT_ALLOWED')
        expect(refused.context.metadata).toMatchObject({ allowedActions: ['restoreCluster', 'deleteCluster'] })
      }
      const foreign = { ...ref, tenantId: 'zeta' }
      expect((await refusal(world.during(power(world, foreign, 'restoreCluster')))).code).toBe('CLUSTER_NOT_FOUND')
      expect((await refusal(remove(world, foreign, true))).code).toBe('CLUSTER_NOT_FOUND')
      expectKept(world, ref)
    }))

  it('was deleted in whatever it was doing, and comes back', async () => {
    for (const seconds of [1, 4, 9])
      await withCluster(async (world, ref) => {
        await world.during(restart(world, ref))
        await world.pass(seconds)
        await deleted(world, ref)
        await ended(world, await restore(world, ref))
        await expectBack(world, ref)
      })
    for (const seconds of [1, 5, 30])
      await withCluster(async (world, ref) => {
        await world.during(power(world, ref, 'stopCluster'))
        await world.pass(seconds)
        await deleted(world, ref)
        await ended(world, await restore(world, ref))
        await expectBack(world, ref)
      })
  })
})

describe('a delete that was to keep its cluster', () => {
  it('keeps nothing of one that never came up', async () => {
    const world = createWorld()
    try {
      const { clusterId } = await ordered(world, 'acme', keptOrder)
      await world.pass(5)
      await ended(world, await remove(world, { tenantId: 'acme', clusterId }))
      await world.explained(() => expectGone(world, { tenantId: 'acme', clusterId }))
    } finally {
      world.close()
    }
  })

  it('is refused where a volume is lost and would be missing, and does what it is told with now', () =>
    withCluster(async (world, ref) => {
      const machine = world.fleet.machines().find(({ node }) => node.nodeId === 2)
      if (machine) world.fleet.killWithDisk(machine)
      const host = async () => (await loadHost(world.outside.store, ref.tenantId, ref.clusterId, 2))?.record
      for (let seconds = 0; (await host())?.emptyVolume === undefined && seconds < 3600; seconds++) await world.pass(1)
      const refused = await refusal(remove(world, ref))
      expect(refused.code).toBe('STATUS_NOT_ALLOWED')
      expect(refused.message).toContain('now=true')
      await ended(world, await remove(world, ref, true))
      await world.explained(() => expectGone(world, ref))
    }))
})
