import { expect, it } from 'vitest'
import { ended } from './cluster-life.ts'
import { printedFigures } from './figures.ts'
import { laterLife } from './lives/life.ts'
import { expectServing } from './lives/serving.ts'
import { nodeName } from './models/machine.ts'
import { orTheOneThatRuns, repair, restart } from './tenant-changes.ts'

const SEED = 1
const LOST = 2
const figures = printedFigures('machines that do not come back from a reboot', SEED)

it('fails at a machine that does not come back and says so, and a repair replaces it without rebooting it again', async () => {
  figures.faults(1)
  const life = laterLife({
    begin: (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'neverComesBack', nodeId: LOST }] })
      return orTheOneThatRuns(world, ref, restart(world, ref, { nodes: [LOST], mode: 'host' }))
    },
    judge: async (world, ref, operationId) => {
      const operations = [...world.facts.operations.values()]
      // Nobody repaired it while it was being rebooted by us.
      expect(operations.map(({ type }) => type).toSorted()).toEqual(['createCluster', 'rebootBrokers'])
      expect(world.facts.operations.get(operationId)).toMatchObject({
        state: 'Failed',
        error: {
          code: 'HOST_NOT_BACK',
          step: 'rebootHost',
          nodeId: LOST,
          detail: expect.stringMatching(/has not come back from its reboot; it was last heard of at/),
        },
      })
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Error', health: 'Degraded' })
      await ended(world, await world.during(repair(world, ref, LOST)))
      expectServing(world, ref)
      const machines = world.fleet.machines().filter(({ node }) => node.nodeId === LOST)
      expect(machines.map(({ boots }) => boots)).toEqual([1])
      expect(world.restarts).toEqual([nodeName({ ...ref, nodeId: LOST })])
    },
  })
  figures.run(await life({}, { seed: SEED }))
})
