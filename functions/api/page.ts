import { createHash } from 'node:crypto'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Item, Query, Store } from '../../shared/ports/store.ts'

/** Which page a caller wants. */
export interface PageRequest {
  readonly size: number
  /** Where the page begins, exclusively: what an earlier page passed to `tokenAt`. */
  readonly after: string | undefined
  /** A token for the page that begins after this place. */
  tokenAt(place: string): string
}

/** Bytes of the checksum in a token: a guess or a typing error passes one time in 2^64. */
const CHECKSUM_BYTES = 8

function checksum(scope: string, place: string): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([scope, place]))
    .digest()
    .subarray(0, CHECKSUM_BYTES)
}

/**
 * A place in a list as an opaque, URL-safe text, bound to what it was made for: the route, the tenant and the filters.
 * It carries no permission (every list reads its own tenant's rows only), so a checksum is enough and no secret is kept.
 */
export function encodePlace(scope: string, place: string): string {
  return Buffer.concat([checksum(scope, place), Buffer.from(place)]).toString('base64url')
}

/** The place in a token that was made for this scope, or INVALID_PAGE_TOKEN. */
export function decodePlace(scope: string, token: string): string {
  const bytes = Buffer.from(token, 'base64url')
  const place = bytes.subarray(CHECKSUM_BYTES).toString()
  // Base64url has several spellings of the same bytes; only ours is taken.
  if (encodePlace(scope, place) !== token) {
    throw new DomainError(
      'INVALID_PAGE_TOKEN',
      'The token is not one that this list returned with the same filters. Begin again without it.',
    )
  }
  return place
}

/** The most rows one request looks at: a filter that fits little answers short pages instead of reading on and on. */
const MAX_ROWS_READ = 1000

/**
 * One page of a partition: rows that `keep` gives a value for, in order. It may be shorter than asked for, even empty,
 * and still have a token for more; only a page without a token is the last.
 */
export async function readPage<T>(
  store: Store,
  query: Omit<Query, 'limit' | 'after'>,
  page: PageRequest,
  keep: (item: Item) => T | undefined | Promise<T | undefined>,
): Promise<{ items: T[]; nextPageToken?: string }> {
  const items: T[] = []
  let after = page.after
  for (let read = 0; read < MAX_ROWS_READ; ) {
    const rows = await store.query({ ...query, limit: page.size, ...(after === undefined ? {} : { after }) })
    for (const [index, row] of rows.items.entries()) {
      const kept = await keep(row)
      if (kept !== undefined) items.push(kept)
      after = row.sort
      const isLast = index === rows.items.length - 1 && rows.next === undefined
      if (items.length === page.size && !isLast) return { items, nextPageToken: page.tokenAt(row.sort) }
    }
    read += page.size
    if (rows.next === undefined) return { items }
    after = rows.next
  }
  return after === undefined ? { items } : { items, nextPageToken: page.tokenAt(after) }
}

/** One page of a list that is at hand whole, sorted by `placeOf`. */
export function slicePage<T>(
  all: readonly T[],
  page: PageRequest,
  placeOf: (item: T) => string,
): { items: T[]; nextPageToken?: string } {
  const sorted = [...all].sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const rest = sorted.filter((item) => page.after === undefined || placeOf(item) > page.after)
  const items = rest.slice(0, page.size)
  const last = items.at(-1)
  return last !== undefined && rest.length > items.length
    ? { items, nextPageToken: page.tokenAt(placeOf(last)) }
    : { items }
}
