import type { Item, Key, Page, Query, TransactionConflict, Write } from '../../shared/ports/store.ts'

interface Cell {
  readonly item: Item
  readonly expiresAt: number
}

/** What an adapter must agree with on every history. */
export interface StoreModel {
  get(key: Key): Item | undefined
  query(query: Query): Page
  /** The keys whose guard failed; the writes are applied only when there is none. */
  transact(writes: readonly Write[]): TransactionConflict['failed']
}

/** The store in forty lines, without any of an adapter's means. */
export function createStoreModel(nowSeconds: () => number): StoreModel {
  const cells = new Map<string, Cell>()

  function get({ partition, sort }: Key): Item | undefined {
    const cell = cells.get(`${partition} ${sort}`)
    return cell && cell.expiresAt > nowSeconds() ? cell.item : undefined
  }

  function query({ partition, sortPrefix = '', after, descending, limit }: Query): Page {
    const rest = [...cells.values()]
      .flatMap(({ item }) => get(item) ?? [])
      .filter((item) => item.partition === partition && item.sort.startsWith(sortPrefix))
      .filter(
        ({ sort }) => after === undefined || (descending ? byteOrder(sort, after) < 0 : byteOrder(sort, after) > 0),
      )
      .sort((one, other) => byteOrder(one.sort, other.sort))
    if (descending) rest.reverse()
    const items = rest.slice(0, limit)
    const last = items.at(-1)
    return { items, ...(rest.length > limit && last && { next: last.sort }) }
  }

  function transact(writes: readonly Write[]): TransactionConflict['failed'] {
    const failed = writes.flatMap(({ partition, sort, guard }) => {
      const key = { partition, sort }
      const current = get(key)
      const holds = guard === 'absent' ? current === undefined : current?.version === guard.version
      return holds ? [] : [{ key, current }]
    })
    for (const write of failed.length > 0 ? [] : writes) {
      const { partition, sort, guard } = write
      if ('delete' in write) cells.delete(`${partition} ${sort}`)
      if (!('put' in write)) continue
      const version = guard === 'absent' ? 1 : guard.version + 1
      const expiresAt = write.expiresAt ?? Number.POSITIVE_INFINITY
      cells.set(`${partition} ${sort}`, { item: { partition, sort, version, value: write.put }, expiresAt })
    }
    return failed
  }

  return { get, query, transact }
}

function byteOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}
