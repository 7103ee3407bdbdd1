import { expect } from 'vitest'
import type { ClusterRef } from '../end-states.ts'
import { expectGone } from '../end-states.ts'
import { askToDelete } from '../tenant.ts'
import type { World } from '../world.ts'
import { type Life, laterLife } from './life.ts'
import { dedicated } from './power.ts'
import { expectKept } from './restore.ts'

const remove = (world: World, { tenantId, clusterId }: ClusterRef) =>
  world.during(askToDelete(world, tenantId, clusterId))

/** What a delete may go through. */
export const deleteLives: Readonly<Record<string, Life>> = {
  'leaves nothing': laterLife({ begin: remove, judge: expectGone }),
  'keeps what is to be kept, so that it can be restored': laterLife({
    spec: { ...dedicated, deletion: { keepDays: 3 } },
    begin: remove,
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'deleteCluster', state: 'Succeeded' })
      expectKept(world, ref)
    },
  }),
  'fails while a volume cannot be removed, and is ordered again when it can': laterLife({
    begin: (world, ref) => {
      const refused = {
        port: 'hosts',
        method: 'removeVolume',
        nodeId: 2,
        when: 'refused',
        error: 'ECONNRESET',
      } as const
      world.faults.add({ ports: [{ ...refused, times: 200 }] })
      return remove(world, ref)
    },
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'deleteCluster', state: 'Failed' })
      await world.runUntil(() => !world.facts.clusters.has(ref.clusterId), 'the cluster to be gone')
      await world.runUntil(world.isQuiet, 'the end of what follows from it')
      await expectGone(world, ref)
    },
  }),
}
