import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ended } from './cluster-life.ts'
import { printedFigures } from './figures.ts'
import { grantLimits } from './tenant.ts'
import { type Action, act, deleteAll, WALK_LIMITS, walks } from './walk.ts'
import { createWorld } from './world.ts'

/** `WEIR_SIMULATION_SEED` walks other ways, `WEIR_SIMULATION_WALKS` more of them: for nights, and to repeat a failure. */
const SEED = Number(process.env.WEIR_SIMULATION_SEED ?? 1)
const WALKS = Number(process.env.WEIR_SIMULATION_WALKS ?? 40)
/** The latest that a call of a walk may come: what stalls or is repeated does so within a quarter of an hour. */
const LATEST_CALL_SECONDS = 1000

const figures = printedFigures('all operations at random', SEED)

it('whatever tenants do and whatever fails, every operation ends and every cluster can be deleted without a trace', {
  timeout: 600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(walks, fc.nat(1000), async (walk, seed) => {
      figures.walks(1)
      figures.run({ virtualSeconds: await walkThrough(walk, seed) })
    }),
    { seed: SEED, numRuns: WALKS, interruptAfterTimeLimit: 500_000 },
  )
})

async function walkThrough(walk: readonly Action[], seed: number): Promise<number> {
  const world = createWorld({ seed })
  const begin = world.clock.now()
  try {
    for (const tenant of ['acme', 'zeta']) await grantLimits(world, tenant, WALK_LIMITS)
    for (const [index, action] of walk.entries()) {
      world.trace.note('action', () => JSON.stringify(action))
      await act(world, action, `key-${index}`)
    }
    world.faults.stop()
    for (const { activeOperationId } of [...world.facts.clusters.values()])
      if (activeOperationId !== undefined) await ended(world, activeOperationId, 3 * 3600)
    await world.explained(async () => {
      for (const { status } of world.facts.clusters.values()) expect(['Active', 'Error', 'Deleting']).toContain(status)
    })
    for (const { operationId } of await deleteAll(world)) await ended(world, operationId)
    await world.pass(LATEST_CALL_SECONDS)
    await world.explained(async () => {
      expect([...world.fleet.resources(), ...world.certificates.authorities(), ...world.journal.running()]).toEqual([])
      expect([...world.facts.clusters.keys()]).toEqual([])
    })
    return (world.clock.now() - begin) / 1000
  } finally {
    world.close()
  }
}
