import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Store } from '../../shared/ports/store.ts'
import { keys } from '../../shared/records/keys.ts'

/** NAME_TAKEN when the tenant has a cluster of this name; for checks only, an order is guarded by its transaction. */
export async function assertNameIsFree(store: Store, tenantId: string, name: string): Promise<void> {
  if (!(await store.get(keys.name(tenantId, name)))) return
  throw new DomainError('NAME_TAKEN', `A cluster named "${name}" exists.`, { metadata: { name } })
}
