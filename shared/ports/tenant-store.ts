import type { Key, Store } from './store.ts'

/** Somebody reached for a row that is not their tenant's. It is a defect, never something a caller did. */
export class ForeignKey extends Error {
  override readonly name = 'ForeignKey'

  constructor(tenantId: string | undefined, partition: string) {
    super(
      `${tenantId === undefined ? 'a call in no tenant’s name' : `the tenant ${tenantId}`} reached for ${partition}`,
    )
  }
}

/**
 * A store cut to the rows of one tenant, or to none for a call in nobody's name. On AWS the role of the session draws this
 * line (decision 0022); where there is no IAM this does, so that a request which works here works there too.
 */
export function tenantStore(store: Store, tenantId: string | undefined): Store {
  const check = ({ partition }: Pick<Key, 'partition'>): void => {
    if (tenantId === undefined || !partition.startsWith(`T#${tenantId}#`)) throw new ForeignKey(tenantId, partition)
  }
  return {
    async get(key) {
      check(key)
      return store.get(key)
    },
    async query(query) {
      check(query)
      return store.query(query)
    },
    async transact(writes) {
      for (const write of writes) check(write)
      return store.transact(writes)
    },
    async changes() {
      throw new ForeignKey(tenantId, 'the feed of all changes')
    },
  }
}
