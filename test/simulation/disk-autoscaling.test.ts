import { describe, expect, it } from 'vitest'
import { openWindow, windowFrom } from '../../shared/maintenance/window.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import type { MaintenanceRecord } from '../../shared/records/maintenance.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { type ClusterTest, ended, withActiveCluster } from './cluster-life.ts'
import type { ClusterRef } from './end-states.ts'
import { dieAt, momentsOf } from './failpoints.ts'
import { laterLife } from './lives/life.ts'
import { expectServing } from './lives/serving.ts'
import { patch, restart } from './tenant-changes.ts'
import type { World } from './world.ts'

/** The worlds begin on Saturday, 21 November 2026, at 10:00 UTC, with volumes of 100 GiB. */
const maintenanceWindow = { day: 'Sat', startTime: '11:30', durationHours: 1 } as const
const diskAutoscaling = { plannedAtPercent: 80, emergencyAtPercent: 90, limitGiB: 250 } as const

/** The schedule fires once a minute, and hosts tell a few seconds before. */
const NOTICED_SECONDS = 90

const withCluster = (test: ClusterTest) =>
  withActiveCluster(
    async (world, ref) => {
      await world.during(patch(world, ref, { diskAutoscaling, maintenanceWindow }))
      await test(world, ref)
    },
    { seed: 5 },
  )

/** The volume of a broker, the second unless said, takes so much. */
function fill(world: World, { clusterId }: ClusterRef, usedGiB: number, nodeId = 2): void {
  for (const machine of world.fleet.machines())
    if (machine.node.clusterId === clusterId && machine.node.nodeId === nodeId) world.fleet.fill(machine, usedGiB)
}

const clusterOf = ({ facts }: World, { clusterId }: ClusterRef) => facts.clusters.get(clusterId)

/** The operations that nobody asked for, oldest first. */
const growths = ({ facts }: World) =>
  [...facts.operations.values()].filter(({ requestedBy }) => requestedBy === 'autoscaling')

/** The first growth that is ordered from now on, when it has ended. */
async function grown(world: World, before: number, boundSeconds?: number) {
  await world.runUntil(() => growths(world).length > before, 'a growth to begin', boundSeconds)
  const operation = growths(world)[before]
  if (!operation) throw new Error('there is no growth')
  await ended(world, operation.operationId)
  return operation
}

async function history({ outside }: World, { tenantId, clusterId }: ClusterRef): Promise<readonly MaintenanceRecord[]> {
  const partition = partitions.cluster(tenantId, clusterId)
  return (await listRecords<MaintenanceRecord>(outside.store, partition, sorts.maintenance)).map(({ record }) => record)
}

const sizes = ({ fleet }: World) => [...new Set(fleet.machines().map((machine) => machine.fileSystemGiB))]

describe('volumes that grow by themselves', () => {
  it('grow in the window when they have reached the planned threshold, at once when the other, and not beyond the limit', () =>
    withCluster(async (world, ref) => {
      fill(world, ref, 82)
      await world.pass(NOTICED_SECONDS)
      const opens = windowFrom(maintenanceWindow, world.clock.now()).start
      expect(clusterOf(world, ref)).toMatchObject({
        status: 'Active',
        maintenance: [{ urgency: 'Planned', scheduledFor: new Date(opens).toISOString() }],
      })
      const planned = await grown(world, 0)
      expect(openWindow(maintenanceWindow, Date.parse(planned.createdAt))?.start).toBe(opens)
      expect(sizes(world)).toEqual([140])

      const filledAt = world.clock.now()
      fill(world, ref, 130)
      const emergency = await grown(world, 1)
      expect(Date.parse(emergency.createdAt)).toBeLessThan(filledAt + NOTICED_SECONDS * 1000)
      expect(sizes(world)).toEqual([220])

      fill(world, ref, 215)
      await grown(world, 2)
      expect(sizes(world)).toEqual([250])
      fill(world, ref, 249)
      await world.pass(3600)
      expect(growths(world)).toHaveLength(3)
      expect(clusterOf(world, ref)).toMatchObject({ status: 'Active', diskLimit: { code: 'DISK_LIMIT_REACHED' } })
      expect(await history(world, ref)).toMatchObject([
        { urgency: 'Planned', outcome: 'Succeeded', changes: [{ from: 100, to: 140 }] },
        { urgency: 'Emergency', outcome: 'Succeeded', changes: [{ from: 140, to: 220 }] },
        { urgency: 'Emergency', outcome: 'Succeeded', changes: [{ from: 220, to: 250 }] },
      ])
      expectServing(world, ref)
    }))

  it('in an emergency grow right after the operation that runs, which they do not end', () =>
    withCluster(async (world, ref) => {
      const operationId = await world.during(restart(world, ref))
      fill(world, ref, 97)
      const growth = await grown(world, 0)
      const before = world.facts.operations.get(operationId)
      expect(before?.state).toBe('Succeeded')
      expect(growth.createdAt >= String(before?.finishedAt)).toBe(true)
      expect(sizes(world)).toEqual([170])
    }))

  it('whose growth has failed half-way are given the size that was ordered when they fill up, too, after a pause', () =>
    withCluster(async (world, ref) => {
      fill(world, ref, 95)
      await world.runUntil(() => growths(world).length > 0, 'a growth to begin')
      world.faults.add({ hosts: [{ kind: 'volumeFails', nodeId: 2 }] })
      const failed = await grown(world, 0)
      expect(world.facts.operations.get(failed.operationId)?.state).toBe('Failed')
      world.faults.mendHosts()
      // A host looks again every half a minute whether what failed for good still does.
      await world.pass(60)
      fill(world, ref, 95, 1)
      await world.pass(300)
      expect(growths(world)).toHaveLength(1)
      const again = await grown(world, 1)
      expect(world.facts.operations.get(again.operationId)?.state).toBe('Succeeded')
      expect(clusterOf(world, ref)?.spec.brokers.volumeGiB).toBe(160)
      expect(sizes(world)).toEqual([160])
      expectServing(world, ref)
    }))
})

describe('though the control plane dies right after any commit or call', () => {
  const life = laterLife({
    prepare: async (world, ref) => {
      await world.during(patch(world, ref, { diskAutoscaling, maintenanceWindow }))
    },
    begin: async (world, ref) => {
      fill(world, ref, 95)
      await world.runUntil(() => growths(world).length > 0, 'the growth to begin')
      return growths(world)[0]?.operationId ?? ''
    },
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'extendVolumes', state: 'Succeeded' })
      await world.pass(NOTICED_SECONDS)
      expect(growths(world)).toHaveLength(1)
      expect(sizes(world)).toEqual([160])
      expect(clusterOf(world, ref)).not.toHaveProperty('maintenance')
      expect(await history(world, ref)).toMatchObject([{ urgency: 'Emergency', outcome: 'Succeeded', operationId }])
      expectServing(world, ref)
    },
  })

  it('an emergency grows the volumes once', { timeout: 300_000 }, async () => {
    const moments = await momentsOf(life)
    expect(moments.length).toBeGreaterThan(20)
    const apart = Math.ceil(moments.length / 3)
    for (let index = 0; index < apart; index++)
      await dieAt(
        life,
        moments.filter((_, other) => other % apart === index),
        () => undefined,
      )
  })
})
