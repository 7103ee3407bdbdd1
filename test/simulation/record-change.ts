import type { Change, Item } from '../../shared/ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import type { EventRecord } from '../../shared/records/event.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { sorts } from '../../shared/records/keys.ts'
import type { LedgerRecord } from '../../shared/records/ledger.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import type { TenantRecord } from '../../shared/records/tenant.ts'
import { fromItem } from '../../shared/state/stored.ts'

/** A committed change of one record, as the record that its key says it is. */
interface Changed<T> {
  readonly before: T | undefined
  readonly after: T | undefined
}

/** A committed change by the kind of its record; rows that no invariant speaks of are `other`. */
export type RecordChange = { readonly tenantId: string; readonly clusterId: string } & (
  | ({ readonly kind: 'cluster' | 'tombstone' } & Changed<ClusterRecord>)
  | ({ readonly kind: 'broker' } & Changed<BrokerRecord>)
  | ({ readonly kind: 'host' } & Changed<HostRecord>)
  | ({ readonly kind: 'event' } & Changed<EventRecord>)
  | ({ readonly kind: 'ledger' } & Changed<LedgerRecord>)
  | ({ readonly kind: 'operation' } & Changed<OperationRecord>)
  | ({ readonly kind: 'tenant' } & Changed<TenantRecord>)
  | ({ readonly kind: 'name' } & Changed<{ readonly clusterId: string }>)
  | ({ readonly kind: 'feed' } & Changed<EventRecord>)
  | { readonly kind: 'story' | 'other' }
)

const recordOf = <T>(item: Item | undefined): T | undefined => item && fromItem<T>(item).record
const changed = <T>({ before, after }: Change): Changed<T> => ({ before: recordOf(before), after: recordOf(after) })

/** Reads a change of the feed by its key. */
export function readChange(change: Change): RecordChange {
  const [, tenantId = '', area = '', clusterId = ''] = change.partition.split('#')
  const ids = { tenantId, clusterId }
  switch (area) {
    case 'CLUSTERS':
      return { ...ids, clusterId: change.sort, kind: 'cluster', ...changed<ClusterRecord>(change) }
    case 'OPERATIONS':
      return { ...ids, kind: 'operation', ...changed<OperationRecord>(change) }
    case 'TENANT':
      return change.sort === 'TENANT'
        ? { ...ids, kind: 'tenant', ...changed<TenantRecord>(change) }
        : { ...ids, kind: 'other' }
    case 'NAMES':
      return { ...ids, kind: 'name', ...changed<{ clusterId: string }>(change) }
    case 'FEED':
      return { ...ids, kind: 'feed', ...changed<EventRecord>(change) }
    case 'O':
      return { ...ids, kind: 'story' }
    case 'C':
      return readClusterRow(ids, change)
    default:
      return { ...ids, kind: 'other' }
  }
}

function readClusterRow(ids: { tenantId: string; clusterId: string }, change: Change): RecordChange {
  const { sort } = change
  if (sort.startsWith(sorts.broker)) return { ...ids, kind: 'broker', ...changed<BrokerRecord>(change) }
  if (sort.startsWith(sorts.host)) return { ...ids, kind: 'host', ...changed<HostRecord>(change) }
  if (sort.startsWith(sorts.event)) return { ...ids, kind: 'event', ...changed<EventRecord>(change) }
  if (sort.startsWith(sorts.ledger)) return { ...ids, kind: 'ledger', ...changed<LedgerRecord>(change) }
  if (sort === 'TOMBSTONE') return { ...ids, kind: 'tombstone', ...changed<ClusterRecord>(change) }
  return { ...ids, kind: 'other' }
}
