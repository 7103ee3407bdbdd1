import { describe, it } from 'vitest'
import { printedFigures } from './figures.ts'
import { createLives } from './lives/create.ts'
import { deleteAt, type RestOfTheCall } from './preempted-create.ts'
import { stepsOfFirst } from './step-cells.ts'

const SEED = 1
const steps = await stepsOfFirst(createLives, SEED, 'createCluster')
const figures = printedFigures('deleteCluster', SEED)

describe('a delete leaves nothing of a cluster whose create it interrupts', () => {
  const moments = steps.flatMap(({ step, nodeId, effects }) =>
    Array.from({ length: effects }, (_, index) => ({ step, nodeId, effect: index + 1 })),
  )

  it.each<[string, RestOfTheCall]>([
    ['right before any effect of any step', 'goes on'],
    ['right before any effect of any step, which then hangs until the delete is long over', 'stalls'],
  ])('%s', { timeout: 300_000 }, async (_, rest) => {
    for (const moment of moments) {
      figures.faults(1)
      try {
        figures.run(await deleteAt(moment, rest))
      } catch (thrown) {
        const { step, nodeId, effect } = moment
        throw new Error(`${step} ${nodeId ?? ''} before effect ${effect}: ${String(thrown)}`, { cause: thrown })
      }
    }
  })
})
