import { describe, it } from 'vitest'
import { furtherUpgradeLives } from './lives/upgrade.ts'

describe('another release', () => {
  it.each(Object.entries(furtherUpgradeLives))('%s', { timeout: 300_000 }, async (_name, life) => {
    for (const seed of [1, 2, 3]) await life({}, { seed })
    for (const afterEffect of [40, 80, 120, 160]) await life({ deaths: [{ afterEffect }] }, { seed: 1 })
  })
})
