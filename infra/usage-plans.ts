import { ApiKey, Period, type RestApi, type Stage } from 'aws-cdk-lib/aws-apigateway'
import { Construct } from 'constructs'
import { KEYS_PER_TIER, TIER_NAMES, TIERS, usageKeyAt } from '../shared/contract/tiers.ts'
import type { DeploymentConfig } from './config.ts'

interface UsagePlansProps {
  readonly config: DeploymentConfig
  readonly api: RestApi
  readonly stage: Stage
}

/**
 * One usage plan per tier of tenants, with keys that are given to nobody: the authoriser names the one that a tenant is
 * counted by. Each key of a plan has the plan's rate and month for itself.
 */
export class UsagePlans extends Construct {
  constructor(scope: Construct, id: string, { config, api, stage }: UsagePlansProps) {
    super(scope, id)
    for (const tier of TIER_NAMES) {
      const { requestsPerSecond, burst, requestsPerMonth } = TIERS[tier]
      const plan = api.addUsagePlan(`Tier-${tier}`, {
        name: `weir-${config.stage}-${tier}`,
        description: `What a tenant of the tier ${tier} may call`,
        throttle: { rateLimit: requestsPerSecond, burstLimit: burst },
        quota: { limit: requestsPerMonth, period: Period.MONTH },
        apiStages: [{ stage }],
      })
      for (let place = 0; place < KEYS_PER_TIER; place++) {
        const key = new ApiKey(this, `${tier}${place}`, {
          apiKeyName: `weir-${config.stage}-${tier}-${place}`,
          description: `Counts the calls of tenants of the tier ${tier}; it lets nobody in`,
          value: usageKeyAt(config.stage, tier, place),
        })
        plan.addApiKey(key)
      }
    }
  }
}
