import { expect, it } from 'vitest'
import { levelsOfRelease } from '../../shared/catalogue/kafka-versions.ts'
import { ended, ordered } from './cluster-life.ts'
import { leaveUnfinalised } from './lives/finalise.ts'
import { expectServing } from './lives/serving.ts'
import { anOrder } from './tenant.ts'
import { finalise, orTheOneThatRuns } from './tenant-changes.ts'
import { createWorld } from './world.ts'

it('a node that loses its volume joins the levels that the cluster has, before they are finalised and after', async () => {
  const world = createWorld({ seed: 1 })
  try {
    const { clusterId, operationId } = await ordered(world, 'acme', anOrder({ kafkaVersion: '3.9.2' }))
    await ended(world, operationId)
    const ref = { tenantId: 'acme', clusterId }
    const lose = async (nodeId: number, repairs: number) => {
      const machine = world.fleet.machines().find(({ node }) => node.nodeId === nodeId)
      if (machine) world.fleet.killWithDisk(machine)
      const repaired = () =>
        [...world.facts.operations.values()].filter(
          ({ type, state }) => type === 'repairBrokers' && state === 'Succeeded',
        )
      await world.runUntil(() => repaired().length === repairs, 'the repair')
      await world.explained(async () => expectServing(world, ref))
    }
    await leaveUnfinalised(world, ref)
    await lose(2, 1)
    await ended(world, await orTheOneThatRuns(world, ref, finalise(world, ref)))
    await lose(3, 2)
    const levels = levelsOfRelease('3.9.2')
    expect(world.facts.clusters.get(clusterId)?.featureLevels).toEqual(levels)
    expect(Object.fromEntries(world.kafka.data(clusterId).features)).toEqual(levels)
    expect(await world.during(finalise(world, ref))).toBeUndefined()
  } finally {
    world.close()
  }
})
