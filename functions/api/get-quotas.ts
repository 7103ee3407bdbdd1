import { ROUTES } from '../../shared/contract/routes.ts'
import type { TenantUsage } from '../../shared/records/tenant.ts'
import { loadTenant } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'

/** Shows what the tenant may have and has. */
export const getQuotas = defineEndpoint({
  route: ROUTES.getQuotas,
  async handle({ principal }, { store }) {
    const { limits, usage } = (await loadTenant(store, principal.tenantId)).record
    const quota = (thing: keyof TenantUsage) => ({
      limit: limits[thing],
      used: usage[thing],
      available: Math.max(0, limits[thing] - usage[thing]),
    })
    return {
      status: 200,
      body: { clusters: quota('clusters'), brokers: quota('brokers'), volumeGiB: quota('volumeGiB') },
    }
  },
})
