import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Store } from '../../shared/ports/store.ts'
import { keys } from '../../shared/records/keys.ts'
import type { UserRecord } from '../../shared/records/user.ts'
import { getRecord, type Stored } from '../../shared/state/stored.ts'

/** A user that is there for its tenant, or USER_NOT_FOUND: also for one whose creation has not ended. */
export async function loadUser(
  store: Store,
  tenantId: string,
  clusterId: string,
  name: string,
): Promise<Stored<UserRecord>> {
  const found = await getRecord<UserRecord>(store, keys.user(tenantId, clusterId, name))
  if (found?.record.state === 'Ready') return found
  throw new DomainError('USER_NOT_FOUND', `Cluster ${clusterId} has no user ${name}.`)
}
