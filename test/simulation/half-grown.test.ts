import { describe, expect, it } from 'vitest'
import { ended, ordered } from './cluster-life.ts'
import { LARGE_GIB } from './lives/extend.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { orTheOneThatRuns, patch, restart } from './tenant-changes.ts'
import { createWorld } from './world.ts'

const SEED = 1

describe('a growth that cannot be finished', () => {
  it('leaves the brokers before the one at fault larger, those after it untouched, and can be ordered again', async () => {
    const world = createWorld({ seed: SEED })
    try {
      const { clusterId, operationId } = await ordered(world, 'acme', anOrder())
      await ended(world, operationId)
      const ref = { tenantId: 'acme', clusterId }
      const machines = world.fleet.machines().toSorted((a, b) => a.node.nodeId - b.node.nodeId)
      world.faults.add({ hosts: [{ kind: 'volumeFails', nodeId: 2 }] })
      const failed = await orTheOneThatRuns(world, ref, patch(world, ref, { volumeGiB: LARGE_GIB }))
      await ended(world, failed)
      expect(world.facts.operations.get(failed)).toMatchObject({
        state: 'Failed',
        error: { code: 'VOLUME_FAILED', step: 'growFileSystem', nodeId: 2 },
      })
      expect(world.facts.clusters.get(clusterId)).toMatchObject({
        status: 'Error',
        health: 'Degraded',
        spec: { brokers: { volumeGiB: LARGE_GIB } },
      })
      const brokers = [...(world.facts.brokers.get(clusterId)?.values() ?? [])]
      expect(brokers.map(({ status, volumeGiB }) => [status, volumeGiB])).toEqual([
        ['Active', LARGE_GIB],
        ['Error', 100],
        ['Active', 100],
      ])
      expect(machines.map(({ volumeGiB }) => volumeGiB())).toEqual([LARGE_GIB, LARGE_GIB, 100])
      expect(machines.map(({ fileSystemGiB }) => fileSystemGiB)).toEqual([LARGE_GIB, 100, 100])

      world.faults.stop()
      // A host looks again every half a minute whether what failed for good still does.
      await world.pass(60)
      const again = await orTheOneThatRuns(world, ref, patch(world, ref, { volumeGiB: LARGE_GIB }))
      expect(world.facts.operations.get(again)?.nodes).toEqual([2, 3])
      await ended(world, again)
      expect(world.facts.operations.get(again)?.state).toBe('Succeeded')
      expect(machines.map(({ fileSystemGiB }) => fileSystemGiB)).toEqual([LARGE_GIB, LARGE_GIB, LARGE_GIB])
      expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
      const removal = await world.during(askToDelete(world, 'acme', clusterId))
      await ended(world, removal)
      expect(world.fleet.resources()).toEqual([])
    } finally {
      world.close()
    }
  })

  it('leaves the cluster Active where every broker serves as before, so that anything can be ordered next', async () => {
    const world = createWorld({ seed: SEED })
    try {
      const { clusterId, operationId } = await ordered(world, 'acme', anOrder())
      await ended(world, operationId)
      const ref = { tenantId: 'acme', clusterId }
      world.faults.add({
        ports: [
          { port: 'hosts', method: 'growVolume', nodeId: 2, when: 'refused', error: 'VOLUME_FAILED', times: Infinity },
        ],
      })
      const failed = await orTheOneThatRuns(world, ref, patch(world, ref, { volumeGiB: LARGE_GIB }))
      await ended(world, failed)
      expect(world.facts.operations.get(failed)).toMatchObject({
        state: 'Failed',
        error: { code: 'VOLUME_FAILED', step: 'growVolume', nodeId: 2 },
      })
      expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
      const brokers = [...(world.facts.brokers.get(clusterId)?.values() ?? [])]
      expect(brokers.map(({ status, health }) => [status, health])).toEqual(brokers.map(() => ['Active', 'Healthy']))

      const next = await orTheOneThatRuns(world, ref, restart(world, ref))
      await ended(world, next)
      expect(world.facts.operations.get(next)?.state).toBe('Succeeded')
    } finally {
      world.close()
    }
  })
})
