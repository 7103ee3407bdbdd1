import { describe, expect, it } from 'vitest'
import { type LifeOptions, liveThrough } from './cluster-life.ts'
import { printedFigures } from './figures.ts'

const SEED = 1
const figures = printedFigures('death of the control plane after every write', SEED)

/**
 * The effects, counted from 1, after which death may make a difference: every commit, every call, and of the journal what
 * tells of a call, and the last entry before anything else happens. That a run survives death after any entry of its
 * journal whatsoever is proven of the interpreter itself.
 */
function momentsIn(labels: readonly string[]): readonly number[] {
  return labels.flatMap((label, index) => {
    const isCallOrCommit = !label.startsWith('journal') || /journal (Task(?!State)|RetryScheduled)/.test(label)
    const isLastEntry = !labels[index + 1]?.startsWith('journal')
    return isCallOrCommit || isLastEntry ? [index + 1] : []
  })
}

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
    const labels: string[] = []
    const { effectsOfCreate } = await liveThrough({}, { seed: SEED, onEffect: (label) => labels.push(label) })
    const inCreate = momentsIn(labels.slice(0, effectsOfCreate))
    const inDelete = momentsIn(labels.slice(effectsOfCreate))
    expect(Math.min(inCreate.length, inDelete.length)).toBeGreaterThan(50)
    figures.cell(inCreate.length + inDelete.length)
    for (let index = 0; index < Math.max(inCreate.length, inDelete.length); index++) {
      const deathInDelete = inDelete[index]
      figures.run(await live(inCreate.slice(index, index + 1), deathInDelete === undefined ? {} : { deathInDelete }))
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
