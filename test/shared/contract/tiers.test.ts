import { describe, expect, it } from 'vitest'
import { DEFAULT_TIER, KEYS_PER_TIER, TIER_NAMES, TIERS, tierOf, usageKey } from '../../../shared/contract/tiers.ts'

const tenants = Array.from({ length: 400 }, (_, index) => `tenant-${index}`)

describe('the tiers of tenants', () => {
  it('each allow more than the one before, and a month that is longer than its burst', () => {
    const tiers = TIER_NAMES.map((name) => TIERS[name])
    for (const [index, tier] of tiers.entries()) {
      const before = tiers[index - 1]
      expect(tier.requestsPerMonth).toBeGreaterThan(tier.burst)
      if (before) {
        for (const field of ['requestsPerSecond', 'burst', 'requestsPerMonth'] as const)
          expect(tier[field]).toBeGreaterThan(before[field])
      }
    }
  })

  it.each([undefined, '', 'gold', 'toString', 7])('are the default one where a token names %j', (claim) => {
    expect(tierOf(claim)).toBe(DEFAULT_TIER)
  })

  it('have keys that the gateway takes, others in each stage and tier, the same for a tenant each time', () => {
    const keys = ['dev', 'dev-2', 'dev2'].flatMap((stage) =>
      TIER_NAMES.map((tier) => new Set(tenants.map((tenant) => usageKey(stage, tier, tenant)))),
    )
    for (const ofTier of keys) expect(ofTier.size).toBe(KEYS_PER_TIER)
    const all = keys.flatMap((ofTier) => [...ofTier])
    expect(new Set(all).size).toBe(9 * KEYS_PER_TIER)
    for (const key of all) expect(key).toMatch(/^[A-Za-z0-9]{20,128}$/)
    expect(usageKey('dev', 'trial', 'acme')).toBe(usageKey('dev', 'trial', 'acme'))
  })

  it('spread tenants over the keys of their tier', () => {
    const shares = Object.values(Object.groupBy(tenants, (tenant) => usageKey('dev', 'standard', tenant)))
    for (const share of shares) expect(share?.length).toBeLessThan((2 * tenants.length) / KEYS_PER_TIER)
  })
})
