import { describe, expect, it } from 'vitest'
import { ended, ordered } from './cluster-life.ts'
import { LIVES } from './lives/lives.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { power, restart } from './tenant-changes.ts'
import { createWorld, type Moment, type World } from './world.ts'

const SEED = 5

describe('a world that was saved', () => {
  it('goes on as it would have, whatever is done to the cluster then', async () => {
    for (const go of [restartAll, stopAll, remove]) {
      const { world: unbroken, moment, clusterId } = await upTo()
      // What runs of the control plane starts anew in a world that was saved, as after a death.
      unbroken.killControlPlane(0)
      const saved = createWorld({ from: moment })
      const [one, other] = [await lived(unbroken, clusterId, go), await lived(saved, clusterId, go)]
      expect(other).toEqual(one)
      expect(one.changes.length).toBeGreaterThan(moment.store.changes.length + 20)
    }
  })

  it('is not touched by worlds that begin there, nor are they by each other', async () => {
    const { world, moment, clusterId } = await upTo()
    world.close()
    const before = plain(moment)
    const first = await lived(createWorld({ from: moment }), clusterId, remove)
    await lived(createWorld({ from: moment }), clusterId, restartAll)
    expect(plain(moment)).toEqual(before)
    expect(await lived(createWorld({ from: moment }), clusterId, remove)).toEqual(first)
  })

  it('is quiet: nothing is saved while something is under way', async () => {
    const world = createWorld({ seed: SEED })
    await ordered(world)
    expect(() => world.save()).toThrow('under way')
    world.close()
  })

  it('is where faults begin: a life that was prepared once is lived as often as anybody likes, and always the same', async () => {
    const life = Object.values(LIVES.deleteCluster)[0]
    const faults = { deaths: [{ afterEffect: 9 }] }
    const figures = await life?.(faults)
    expect(await life?.(faults)).toEqual(figures)
    expect(figures?.effects).toBeGreaterThan(figures?.effectsOfCreate ?? 0)
  })
})

const restartAll = (world: World, clusterId: string) => restart(world, { tenantId: 'acme', clusterId })
const stopAll = (world: World, clusterId: string) => power(world, { tenantId: 'acme', clusterId }, 'stopCluster')
const remove = (world: World, clusterId: string) => askToDelete(world, 'acme', clusterId)

/** A cluster that is up, with the moment at which it was. */
async function upTo(): Promise<{ readonly world: World; readonly moment: Moment; readonly clusterId: string }> {
  const world = createWorld({ seed: SEED })
  const { clusterId, operationId } = await ordered(world, 'acme', anOrder({ topology: 'dedicated' }))
  await ended(world, operationId)
  await world.pass(10)
  return { world, moment: world.save(), clusterId }
}

/** Everything that a world knows when an operation has ended. */
async function lived(world: World, clusterId: string, go: (world: World, clusterId: string) => Promise<string>) {
  try {
    await world.pass(0)
    await ended(world, await world.during(go(world, clusterId)))
    await world.pass(60)
    await world.runUntil(world.isQuiet, 'a quiet moment')
    const { store, around, facts, remembered, ended: executions, now, seed, idsDrawn } = world.save()
    const { rows, changes } = store
    return { rows, changes, around, facts, remembered, executions, now, seed, idsDrawn }
  } finally {
    world.close()
  }
}

/** A copy of all that is not words. */
function plain({ trace: _, ...moment }: Moment) {
  return structuredClone(moment)
}
