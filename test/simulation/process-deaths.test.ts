import { describe, expect, it } from 'vitest'
import { type LifeOptions, liveThrough } from './cluster-life.ts'
import { printedFigures } from './figures.ts'

const SEED = 1
const figures = printedFigures('death of the control plane after every write', SEED)

async function live(afterEffects: readonly number[], options: LifeOptions = {}) {
  const deaths = afterEffects.map((afterEffect) => ({ afterEffect }))
  try {
    return await liveThrough({ deaths }, { seed: SEED, ...options })
  } catch (thrown) {
    throw new Error(`death after effects ${afterEffects.join(', ')}: ${String(thrown)}`, { cause: thrown })
  }
}

describe('the control plane', () => {
  it('may die right after any commit, journal entry or call, and the next process ends what it began', {
    timeout: 60_000,
  }, async () => {
    const { effects, effectsOfCreate } = await liveThrough({}, { seed: SEED })
    const ofDelete = effects - effectsOfCreate
    expect(ofDelete).toBeGreaterThan(0)
    figures.cell(effects)
    for (let effect = 1; effect <= Math.max(effectsOfCreate, ofDelete); effect++) {
      const inDelete = effect <= ofDelete ? { deathInDelete: effect } : {}
      figures.run(await live(effect <= effectsOfCreate ? [effect] : [], inDelete))
    }
  })

  it('may die again and again', async () => {
    for (const stride of [7, 19, 43]) {
      figures.cell()
      figures.run(await live(Array.from({ length: 100 }, (_, index) => (index + 1) * stride)))
    }
  })

  it('may be away for an hour in the middle of a create', async () => {
    for (const afterEffect of [20, 120, 180, 250]) {
      figures.cell()
      figures.run(await liveThrough({ deaths: [{ afterEffect, downSeconds: 3600 }] }, { seed: SEED }))
    }
  })
})
