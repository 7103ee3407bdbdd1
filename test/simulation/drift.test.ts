import { describe, expect, it } from 'vitest'
import { driftHandler } from '../../functions/lambda/drift.ts'
import type { DriftKind } from '../../shared/drift/drift.ts'
import type { EventType } from '../../shared/records/event.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { ended, ordered } from './cluster-life.ts'
import { type ClusterRef, expectGone } from './end-states.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { patch, restart } from './tenant-changes.ts'
import { createWorld, type World } from './world.ts'

const EVERY_SECONDS = 300
/** Every cluster is due once an hour, and what is found then is looked at again in the next round. */
const TOLD_SECONDS = 3600 + 2 * EVERY_SECONDS
const RETENTION = 'log.retention.ms'

/** Looks for drift as the deployed schedule does, until the test is over. */
async function lookOnSchedule(world: World, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const due = world.clock.sleep(EVERY_SECONDS * 1000)
    await world.call((ports) => driftHandler(ports, () => undefined)()).catch(() => undefined)
    await due
  }
}

/** A cluster that is up, in a world in which drift is looked for. */
async function withCluster(test: (world: World, ref: ClusterRef) => Promise<void>): Promise<void> {
  const world = createWorld({ seed: 3 })
  let isOver = false
  try {
    void lookOnSchedule(world, () => isOver)
    const { clusterId, operationId } = await ordered(world, 'acme', anOrder({ config: { [RETENTION]: '86400000' } }))
    await ended(world, operationId)
    await test(world, { tenantId: 'acme', clusterId })
  } finally {
    isOver = true
    world.close()
  }
}

const told = ({ facts }: World, { clusterId }: ClusterRef): readonly DriftKind[] =>
  (facts.clusters.get(clusterId)?.drift ?? []).map(({ kind }) => kind)

/** How often each was announced. */
async function announced({ outside }: World, { tenantId, clusterId }: ClusterRef) {
  const rows = await listRecords<{ type: EventType }>(
    outside.store,
    partitions.cluster(tenantId, clusterId),
    sorts.event,
  )
  const count = (wanted: EventType) => rows.filter(({ record }) => record.type === wanted).length
  return {
    detected: count('kafka.cluster.drift_detected.v1'),
    resolved: count('kafka.cluster.drift_resolved.v1'),
  }
}

describe('drift', () => {
  it('is found in nothing that Weir does: not while a cluster is changed in every way, nor afterwards', () =>
    withCluster(async (world, ref) => {
      const operations = [
        () => patch(world, ref, { config: { [RETENTION]: '1000', 'message.max.bytes': '2000000' } }),
        () => patch(world, ref, { config: { 'queued.max.requests': '600' }, volumeGiB: 150 }),
        () => restart(world, ref, { mode: 'host' }),
      ]
      for (const order of operations) {
        const operationId = await world.during(order())
        if (operationId !== undefined) await ended(world, operationId)
        await world.pass(TOLD_SECONDS)
      }
      const machine = world.fleet.machines().find(({ node }) => node.nodeId === 2)
      if (!machine) expect.fail('node 2 has no machine')
      world.fleet.kill(machine)
      await world.pass(TOLD_SECONDS)
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
      expect(await announced(world, ref)).toEqual({ detected: 0, resolved: 0 })
      await ended(world, await world.during(askToDelete(world, 'acme', ref.clusterId)))
      await world.explained(() => expectGone(world, ref))
    }))

  it('that somebody makes is told once within an hour and a look, changes nothing, and is over once it is mended', () =>
    withCluster(async (world, ref) => {
      const { settings, overrides } = world.kafka.data(ref.clusterId)
      settings.set(RETENTION, '1')
      overrides.set('2/message.max.bytes', '1')
      await world.runUntil(() => told(world, ref).length > 0, 'the drift to be told', TOLD_SECONDS)
      await world.pass(TOLD_SECONDS)
      expect(told(world, ref).toSorted()).toEqual(['SettingDiffers', 'SettingOverridden'])
      expect(await announced(world, ref)).toEqual({ detected: 1, resolved: 0 })
      expect(settings.get(RETENTION)).toBe('1')
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
      settings.delete(RETENTION)
      overrides.clear()
      await world.pass(TOLD_SECONDS)
      expect(world.facts.clusters.get(ref.clusterId)).not.toHaveProperty('drift')
      expect(await announced(world, ref)).toEqual({ detected: 1, resolved: 1 })
    }))

  it('that is there for one look only is told to nobody', () =>
    withCluster(async (world, ref) => {
      const { settings } = world.kafka.data(ref.clusterId)
      for (let round = 0; round < 2; round++) {
        settings.set(RETENTION, '1')
        const partition = partitions.fleetDrift
        let isSuspected = false
        for (let looks = 0; !isSuspected && looks < 20; looks++) {
          await world.pass(EVERY_SECONDS)
          isSuspected = (await listRecords(world.outside.store, partition, '')).length > 0
        }
        expect(isSuspected).toBe(true)
        settings.delete(RETENTION)
        await world.pass(2 * EVERY_SECONDS)
        expect(await listRecords(world.outside.store, partition, '')).toEqual([])
      }
      expect(await announced(world, ref)).toEqual({ detected: 0, resolved: 0 })
    }))
})
