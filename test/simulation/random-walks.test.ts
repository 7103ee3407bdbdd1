import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printedFigures } from './figures.ts'
import { walks } from './walk-actions.ts'
import { walkAll, walkChoice } from './walk-all.ts'
import { BEGUN_BY, WALKED } from './walk-requests.ts'
import { walkThrough } from './walk-through.ts'

/** So many are drawn, and not taken, to see what walks consist of. */
const WALKS_DRAWN = 200

const choice = walkChoice(process.env)
const figures = printedFigures('all operations at random', choice.seed)

it('whatever tenants do and whatever fails, every operation ends, what came up comes back, and all can be deleted without a trace', {
  timeout: 3_600_000,
}, async () => {
  await walkAll(walks, choice, async (walk, seed) => {
    figures.walks(1)
    figures.run({ virtualSeconds: await walkThrough(walk, seed) })
  })
})

it('walks ask for all that tenants may ask for', () => {
  const drawn = fc.sample(walks, { seed: choice.seed, numRuns: WALKS_DRAWN }).flat()
  const asked = new Set(
    drawn.flatMap((action) => (action.does === 'together' ? action.requests : action)).map(({ does }) => does),
  )
  const known = [...Object.values(BEGUN_BY), ...Object.values(WALKED)].flat()
  expect(known.filter((does) => !asked.has(does))).toEqual([])
})

describe('a walk that fails', () => {
  /** Fails for every walk that has two steps above 90. */
  const failing = (seen: (number: readonly number[]) => void) => async (walk: readonly number[]) => {
    seen(walk)
    if (walk.filter((step) => step > 90).length >= 2) throw new Error('two steps too far')
  }
  const steps = fc.array(fc.nat(100))

  it('is taken again, as short as it was made, by the environment that its failure names', async () => {
    const told = await walkAll(
      steps,
      { seed: 7, runs: 1000 },
      failing(() => undefined),
    ).then(() => '', String)
    const environment = Object.fromEntries([...told.matchAll(/(WEIR_SIMULATION_\w+)=(\S+)/g)].map(([, k, v]) => [k, v]))
    expect(told).toContain('[[91,91],')
    const again: (readonly number[])[] = []
    await expect(
      walkAll(
        steps,
        walkChoice(environment),
        failing((walk) => again.push(walk)),
      ),
    ).rejects.toThrow('two steps too far')
    expect(again).toEqual([[91, 91]])
  })
})
