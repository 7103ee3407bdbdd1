import type { Needed } from '../../shared/ports/ports.ts'
import type { Change, Store } from '../../shared/ports/store.ts'
import type { EventRecord } from '../../shared/records/event.ts'
import { keys, sorts } from '../../shared/records/keys.ts'
import { retryConflicts } from '../../shared/state/retry-conflicts.ts'
import { fromItem, getRecord, putRecord } from '../../shared/state/stored.ts'

/**
 * Puts committed events where they are read: first into the tenant's feed, at the next gapless position, then on the
 * bus. The event's own row takes the position under its version guard, so an event that is delivered again is found to
 * be in the feed already; the bus may see it twice, which consumers tell by its id.
 */
export async function publishEvents(
  ports: Needed<'store' | 'clock' | 'ids' | 'events'>,
  changes: readonly Change[],
): Promise<void> {
  const events = changes.flatMap(({ sort, before, after }) =>
    after && !before && sort.startsWith(sorts.event) ? [fromItem<EventRecord>(after).record] : [],
  )
  for (const event of events) await retryConflicts(ports, () => appendToFeed(ports.store, event))
  if (events.length > 0) await ports.events.publish(events)
}

interface FeedHead {
  readonly position: number
}

async function appendToFeed(store: Store, event: EventRecord): Promise<void> {
  const tenantId = event.tenantid
  const eventKey = keys.event(tenantId, event.data.clusterId, Number(event.sequence))
  const row = await getRecord<EventRecord & { feedPosition?: number }>(store, eventKey)
  if (!row || row.record.feedPosition !== undefined) return
  const head = await getRecord<FeedHead>(store, keys.feedHead(tenantId))
  const position = (head?.record.position ?? 0) + 1
  await store.transact([
    putRecord(eventKey, { ...row.record, feedPosition: position }, row),
    putRecord(keys.feedHead(tenantId), { position }, head),
    putRecord(keys.feed(tenantId, position), event, undefined),
  ])
}
