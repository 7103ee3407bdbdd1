import { describe, it } from 'vitest'
import { liveThrough } from './cluster-life.ts'
import { printedFigures } from './figures.ts'

// That it may die after any one of its effects is proven of each operation, with its failpoints.

const SEED = 1
const figures = printedFigures('createCluster', SEED)

describe('the control plane', () => {
  it('may die again and again', async () => {
    for (const stride of [7, 19, 43]) {
      const deaths = Array.from({ length: 100 }, (_, index) => ({ afterEffect: (index + 1) * stride }))
      figures.deaths(deaths.length)
      figures.run(await liveThrough({ deaths }, { seed: SEED }))
    }
  })

  it('may be away for an hour in the middle of a create', async () => {
    for (const afterEffect of [20, 120, 180, 250]) {
      figures.deaths(1)
      figures.run(await liveThrough({ deaths: [{ afterEffect, downSeconds: 3600 }] }, { seed: SEED }))
    }
  })
})
