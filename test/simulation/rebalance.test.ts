import { describe, it } from 'vitest'
import { disturbedRebalances, rebalanceLives } from './lives/rebalance.ts'

describe('a rebalance', () => {
  it.each(Object.entries({ ...rebalanceLives, ...disturbedRebalances }))('%s', async (_name, life) => {
    await life({}, { seed: 1 })
  })
})
