import { describe, expect, it } from 'vitest'
import { ended, ordered } from './cluster-life.ts'
import { LARGE_GIB } from './lives/extend.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { orTheOneThatRuns, patch } from './tenant-changes.ts'
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
})
