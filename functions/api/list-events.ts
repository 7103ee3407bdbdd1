import type { Event } from '../../shared/contract/event.ts'
import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { EventRecord } from '../../shared/records/event.ts'
import { keys, partitions } from '../../shared/records/keys.ts'
import { fromItem, getRecord } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { decodePlace, encodePlace } from './page.ts'

/** The most rows one request looks at when a filter fits little; the cursor still moves on. */
const MAX_ROWS_READ = 1000

/** A cursor belongs to its tenant and to no filter: what was read is a place in the feed, whatever was looked for. */
const cursorScope = (tenantId: string) => `events#${tenantId}`

/**
 * Reads the tenant's feed behind a cursor. Positions are gapless, so a first row that does not follow the cursor means
 * that rows in between are gone: the caller is told with CURSOR_EXPIRED and not left with a silent gap.
 */
export const listEvents = defineEndpoint({
  route: ROUTES.listEvents,
  async handle({ query, principal: { tenantId } }, { store }) {
    const scope = cursorScope(tenantId)
    const start = query.after === undefined ? undefined : Number(decodePlace(scope, query.after))
    const items: Event[] = []
    let position = start ?? 0
    for (let read = 0; items.length < query.pageSize && read < MAX_ROWS_READ; read += query.pageSize) {
      const page = await store.query({
        partition: partitions.feed(tenantId),
        after: keys.feed(tenantId, position).sort,
        limit: query.pageSize,
      })
      const first = page.items[0]
      if (start !== undefined && read === 0) await assertUnbroken({ store }, tenantId, start, first?.sort)
      for (const row of page.items) {
        if (items.length === query.pageSize) break
        const { record } = fromItem<EventRecord>(row)
        position = Number(row.sort)
        const isWanted =
          (query.clusterId === undefined || record.data.clusterId === query.clusterId) &&
          (query.type === undefined || record.type === query.type)
        if (isWanted) items.push({ ...record, data: { ...record.data } })
      }
      if (page.next === undefined) break
    }
    return { status: 200, body: { items, nextCursor: encodePlace(scope, String(position)) } }
  },
})

async function assertUnbroken(
  { store }: Needed<'store'>,
  tenantId: string,
  start: number,
  firstSort: string | undefined,
): Promise<void> {
  if (firstSort !== undefined && Number(firstSort) === start + 1) return
  const head = await getRecord<{ readonly position: number }>(store, keys.feedHead(tenantId))
  // Nothing behind the cursor: it stands at the head. An event that was appended since the query is read next time.
  if (firstSort === undefined && (head?.record.position ?? 0) <= start) return
  if (firstSort === undefined && (await store.get(keys.feed(tenantId, start + 1)))) return
  throw new DomainError(
    'CURSOR_EXPIRED',
    'Events behind this cursor are no longer kept. Read the resources anew, then the feed without a cursor.',
  )
}
