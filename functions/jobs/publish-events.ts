import type { Needed } from '../../shared/ports/ports.ts'
import type { Change } from '../../shared/ports/store.ts'
import type { EventRecord } from '../../shared/records/event.ts'
import { keys, sorts } from '../../shared/records/keys.ts'
import { retryConflicts } from '../../shared/state/retry-conflicts.ts'
import { fromItem, getRecord, putRecord, toJson } from '../../shared/state/stored.ts'

/** How long an event can be read behind a cursor, and its own row is kept from when it stands in the feed. */
export const EVENT_RETENTION_DAYS = 35

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
  for (const event of events) await retryConflicts(ports, () => appendToFeed(ports, event))
  if (events.length > 0) await ports.events.publish(events)
}

interface FeedHead {
  readonly position: number
}

async function appendToFeed({ store, clock }: Needed<'store' | 'clock'>, event: EventRecord): Promise<void> {
  const tenantId = event.tenantid
  const eventKey = keys.event(tenantId, event.data.clusterId, Number(event.sequence))
  const row = await getRecord<EventRecord & { feedPosition?: number }>(store, eventKey)
  if (!row || row.record.feedPosition !== undefined) return
  const head = await getRecord<FeedHead>(store, keys.feedHead(tenantId))
  const position = (head?.record.position ?? 0) + 1
  const expiresAt = Math.floor(clock.now() / 1000) + EVENT_RETENTION_DAYS * 86_400
  await store.transact([
    { ...eventKey, put: toJson({ ...row.record, feedPosition: position }), guard: { version: row.version }, expiresAt },
    putRecord(keys.feedHead(tenantId), { position }, head),
    { ...keys.feed(tenantId, position), put: toJson(event), guard: 'absent', expiresAt },
  ])
}
