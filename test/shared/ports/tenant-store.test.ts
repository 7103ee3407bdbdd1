import { describe, expect, it } from 'vitest'
import { tenantStore } from '../../../shared/ports/tenant-store.ts'
import { keys, partitions } from '../../../shared/records/keys.ts'
import { stateFixture } from '../state/state-fixture.ts'

const own = keys.name('acme', 'orders')

describe('a store that is cut to one tenant', () => {
  it.each([
    ['another tenant’s', keys.name('rival', 'orders')],
    ['a tenant’s whose name begins with the same letters', keys.name('acme-2', 'orders')],
    ['the list of all clusters', keys.fleetCluster('clu_1')],
  ])('refuses to read or write a row of %s', async (_whose, foreign) => {
    const { store } = stateFixture()
    await store.transact([{ ...foreign, put: 'secret', guard: 'absent' }])
    const cut = tenantStore(store, 'acme')
    await expect(cut.get(foreign)).rejects.toThrow(/reached for/)
    await expect(cut.query({ partition: foreign.partition, limit: 1 })).rejects.toThrow(/reached for/)
    await expect(cut.transact([{ ...foreign, check: true, guard: { version: 1 } }])).rejects.toThrow(/reached for/)
    const both = cut.transact([
      { ...own, put: 'mine', guard: 'absent' },
      { ...foreign, put: 'mine too', guard: { version: 1 } },
    ])
    await expect(both).rejects.toThrow(/reached for/)
    expect(await store.get(own)).toBeUndefined()
  })

  it('works on the tenant’s own rows as the whole store does', async () => {
    const cut = tenantStore(stateFixture().store, 'acme')
    await cut.transact([{ ...own, put: 'mine', guard: 'absent' }])
    expect((await cut.get(own))?.value).toBe('mine')
    expect((await cut.query({ partition: partitions.names('acme'), limit: 1 })).items).toHaveLength(1)
  })

  it('is cut to nothing in nobody’s name, and never shows the changes of all', async () => {
    const { store } = stateFixture()
    await expect(tenantStore(store, undefined).get(own)).rejects.toThrow(/in no tenant/)
    await expect(tenantStore(store, 'acme').changes(undefined, 1)).rejects.toThrow(/feed/)
  })
})
