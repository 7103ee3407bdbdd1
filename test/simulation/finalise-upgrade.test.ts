import { expect, it } from 'vitest'
import { levelsOfRelease } from '../../shared/catalogue/kafka-versions.ts'
import { ended, ordered } from './cluster-life.ts'
import { expectServing } from './lives/serving.ts'
import { anOrder } from './tenant.ts'
import { finalise, orTheOneThatRuns } from './tenant-changes.ts'
import { createWorld } from './world.ts'

it('levels go back to those of the release before and forth again, and a node that loses its volume joins either', async () => {
  const world = createWorld({ seed: 1 })
  try {
    const { clusterId, operationId } = await ordered(world, 'acme', anOrder({ kafkaVersion: '3.9.2' }))
    await ended(world, operationId)
    const ref = { tenantId: 'acme', clusterId }
    for (const [release, node] of [
      ['3.7.1', 2],
      ['3.9.2', 3],
    ] as const) {
      await ended(world, await orTheOneThatRuns(world, ref, finalise(world, ref, release)))
      const levels = levelsOfRelease(release)
      expect(world.facts.clusters.get(clusterId)?.featureLevels).toEqual(levels)
      expect(Object.fromEntries(world.kafka.data(clusterId).features)).toEqual(levels)
      const machine = world.fleet.machines().find((one) => one.node.nodeId === node)
      if (machine) world.fleet.killWithDisk(machine)
      const isRepaired = () =>
        [...world.facts.operations.values()].filter(
          ({ type, state }) => type === 'repairBrokers' && state === 'Succeeded',
        ).length === (release === '3.7.1' ? 1 : 2)
      await world.runUntil(isRepaired, 'the repair')
      await world.explained(async () => expectServing(world, ref))
    }
    expect(await world.during(finalise(world, ref))).toBeUndefined()
  } finally {
    world.close()
  }
})
