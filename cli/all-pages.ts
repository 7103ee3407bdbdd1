/** The query of one page. */
export interface PageQuery {
  readonly pageSize: string
  readonly pageToken?: string
}

interface Page<T> {
  readonly body: { readonly items: readonly T[]; readonly nextPageToken?: string | undefined }
}

/** The largest page the API gives. */
const PAGE_SIZE = 200

/** Reads a list to its end, or until it has `limit` items. */
export async function allPages<T>(
  read: (page: PageQuery) => Promise<Page<T>>,
  limit = Infinity,
): Promise<readonly T[]> {
  const items: T[] = []
  const pageSize = String(Math.min(PAGE_SIZE, limit))
  for (let pageToken: string | undefined; ; ) {
    const { body } = await read({ pageSize, ...(pageToken !== undefined && { pageToken }) })
    items.push(...body.items)
    pageToken = body.nextPageToken
    if (pageToken === undefined || items.length >= limit) return items.slice(0, limit)
  }
}
