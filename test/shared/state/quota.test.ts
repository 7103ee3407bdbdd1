import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import { keys } from '../../../shared/records/keys.ts'
import { NO_USAGE } from '../../../shared/records/tenant.ts'
import { acceptCreate } from '../../../shared/state/accept-create.ts'
import { loadTenant } from '../../../shared/state/load.ts'
import { chargeUsage } from '../../../shared/state/quota.ts'
import { putRecord } from '../../../shared/state/stored.ts'
import { aSpec, requester, type StateFixture, stateFixture } from './state-fixture.ts'

const count = fc.nat(50)
const usage = fc.record({ clusters: count, brokers: count, volumeGiB: count })
const isQuotaExceeded = (thrown: unknown) => thrown instanceof DomainError && thrown.code === 'QUOTA_EXCEEDED'

describe('a limit of a tenant', () => {
  it('is never passed by a claim, and never stands in the way of giving back', () => {
    fc.assert(
      fc.property(usage, usage, usage, (limits, used, claim) => {
        const wanted = { clusters: 0, brokers: 0, volumeGiB: 0 }
        try {
          Object.assign(wanted, chargeUsage(limits, used, claim))
        } catch (thrown) {
          expect(isQuotaExceeded(thrown)).toBe(true)
          return
        }
        for (const thing of ['clusters', 'brokers', 'volumeGiB'] as const)
          if (claim[thing] > 0) expect(wanted[thing]).toBeLessThanOrEqual(limits[thing])
        const back = { clusters: -claim.clusters, brokers: -claim.brokers, volumeGiB: -claim.volumeGiB }
        expect(chargeUsage(limits, wanted, back)).toEqual(used)
      }),
    )
  })

  it('names everything that a claim would break', () => {
    const limits = { clusters: 1, brokers: 9, volumeGiB: 10 }
    const claim = { clusters: 2, brokers: 3, volumeGiB: 300 }
    const expected = { code: 'QUOTA_EXCEEDED', context: { metadata: { quotas: ['clusters', 'volumeGiB'] } } }
    expect(() => chargeUsage(limits, NO_USAGE, claim)).toThrow(expect.objectContaining(expected))
  })

  it('is kept exactly by any number of parallel orders', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 12 }), async (limit, orders) => {
        const ports = stateFixture()
        await limit3(ports, limit)
        const results = await ports.clock.runUntil(
          Promise.allSettled(
            Array.from({ length: orders }, (_, index) =>
              acceptCreate(ports, requester, aSpec({ name: `c${index}` }), () => []),
            ),
          ),
        )
        const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
        expect(refused.every(isQuotaExceeded)).toBe(true)
        const taken = Math.min(limit, orders)
        expect(orders - refused.length).toBe(taken)
        const { record } = await loadTenant(ports.store, 'acme')
        expect(record.usage).toEqual({ clusters: taken, brokers: 3 * taken, volumeGiB: 300 * taken })
        ports.store.close()
      }),
      { numRuns: 15 },
    )
  })
})

/** So many clusters of three brokers, and not one more. */
async function limit3({ store }: StateFixture, clusters: number): Promise<void> {
  const tenant = {
    tenantId: 'acme',
    limits: { clusters: 100, brokers: 3 * clusters, volumeGiB: 10_000 },
    usage: NO_USAGE,
  }
  await store.transact([putRecord(keys.tenant('acme'), tenant, undefined)])
}
