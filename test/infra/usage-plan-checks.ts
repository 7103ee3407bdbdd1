import { expect, it } from 'vitest'
import { z } from 'zod'
import { KEYS_PER_TIER, TIER_NAMES, TIERS, usageKey } from '../../shared/contract/tiers.ts'
import { deployedFunctions } from './functions.ts'
import { idOf } from './policies.ts'
import type { Synthesized } from './synthesized.ts'

const Plan = z.looseObject({
  UsagePlanName: z.string(),
  Throttle: z.object({ RateLimit: z.number(), BurstLimit: z.number() }),
  Quota: z.object({ Limit: z.number(), Period: z.string() }),
  ApiStages: z.array(z.looseObject({ ApiId: z.unknown(), Stage: z.unknown() })),
})
const Key = z.looseObject({ Value: z.string(), Enabled: z.boolean() })

/** What must be true of the plans by which tenants are counted. */
export function checkUsagePlans(get: () => Synthesized): void {
  const plans = () =>
    get()
      .all('AWS::ApiGateway::UsagePlan')
      .map(({ id, Properties }) => ({ id, ...Plan.parse(Properties) }))
  const keysOf = (planId: string) =>
    get()
      .all('AWS::ApiGateway::UsagePlanKey')
      .filter(({ Properties }) => idOf(Properties.UsagePlanId) === planId)
      .map(({ Properties }) => Key.parse(get().byId(idOf(Properties.KeyId)).Properties))

  it('there is one for each tier, with its numbers, on the stage that tenants call', () => {
    const [api] = get()
      .all('AWS::ApiGateway::RestApi')
      .filter(({ Properties }) => Properties.Name === `weir-${get().config.stage}-tenant`)
    const found = plans().map(({ UsagePlanName, Throttle, Quota }) => ({ UsagePlanName, Throttle, Quota }))
    expect(found).toEqual(
      TIER_NAMES.map((tier) => ({
        UsagePlanName: `weir-${get().config.stage}-${tier}`,
        Throttle: { RateLimit: TIERS[tier].requestsPerSecond, BurstLimit: TIERS[tier].burst },
        Quota: { Limit: TIERS[tier].requestsPerMonth, Period: 'MONTH' },
      })),
    )
    for (const { ApiStages } of plans()) expect(ApiStages.map(({ ApiId }) => idOf(ApiId))).toEqual([api?.id])
  })

  it.each(TIER_NAMES)('every key that the authoriser may name for a tenant of the tier %s is in its plan', (tier) => {
    const { stage } = get().config
    const plan = plans().find(({ UsagePlanName }) => UsagePlanName === `weir-${stage}-${tier}`)
    const keys = keysOf(plan?.id ?? '')
    expect(keys).toHaveLength(KEYS_PER_TIER)
    for (const { Enabled } of keys) expect(Enabled).toBe(true)
    const named = Array.from({ length: 200 }, (_, index) => usageKey(stage, tier, `tenant-${index}`))
    expect(new Set(keys.map(({ Value }) => Value))).toEqual(new Set(named))
    const [authorizer] = deployedFunctions(get()).filter(({ kind }) => kind === 'authorizer')
    expect(authorizer?.variables.WEIR_STAGE).toBe(stage)
  })
}
