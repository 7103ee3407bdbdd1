/** A value that survives JSON unchanged; every record is made of these. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined }

/** Where an item lives. Every partition begins with `T#<tenant>#`, so a tenant-scoped role can be cut to its own keys. */
export interface Key {
  readonly partition: string
  readonly sort: string
}

/** One stored item. `version` starts at 1 and grows by one with every put. */
export interface Item<V extends Json = Json> extends Key {
  readonly version: number
  readonly value: V
}

/** What must be true of the stored item at the moment of the commit. */
export type Guard = 'absent' | { readonly version: number }

/**
 * One part of a transaction. `put` writes the value (version 1 when the guard is `absent`, else guard.version + 1),
 * `delete` removes the item, `check` only asserts. `expiresAt` (epoch seconds) lets the store drop the item later.
 */
export type Write =
  | ({ readonly put: Json; readonly guard: Guard; readonly expiresAt?: number } & Key)
  | ({ readonly delete: true; readonly guard: { readonly version: number } } & Key)
  | ({ readonly check: true; readonly guard: Guard } & Key)

/** A page of one partition in order of `sort`, ascending unless `descending`. */
export interface Query {
  readonly partition: string
  readonly sortPrefix?: string
  /** Exclusive start: the `sort` of the last item already seen. */
  readonly after?: string
  readonly descending?: boolean
  /** 1 to 1000. */
  readonly limit: number
}

/** `next` is the `after` of the following page, absent on the last one. */
export interface Page {
  readonly items: readonly Item[]
  readonly next?: string
}

/** One committed change. `before` is absent for an insert, `after` for a removal. */
export interface Change extends Key {
  /** Opaque; pass it back to `changes` to go on behind this change. */
  readonly cursor: string
  readonly before?: Item
  readonly after?: Item
}

/** A batch of the change feed; `cursor` is where the next read goes on, also when `changes` is empty. */
export interface Changes {
  readonly changes: readonly Change[]
  readonly cursor: string
}

/**
 * All state of Weir. Reads are strongly consistent. `transact` takes 1 to 100 writes on distinct keys and commits all
 * or none; a guard that does not hold rejects with `TransactionConflict`. Changes of one item are fed in commit order.
 */
export interface Store {
  get(key: Key): Promise<Item | undefined>
  query(query: Query): Promise<Page>
  transact(writes: readonly Write[]): Promise<void>
  /** The feed from `cursor` on (absent: from the oldest change kept), at most `limit` changes. */
  changes(cursor: string | undefined, limit: number): Promise<Changes>
}

/** The most writes one transaction may hold: DynamoDB's TransactWriteItems limit. */
export const MAX_TRANSACTION_WRITES = 100

/** A guard did not hold; nothing was written. `failed` lists the keys whose guard failed, with what is stored there now. */
export class TransactionConflict extends Error {
  override readonly name = 'TransactionConflict'
  readonly failed: readonly { readonly key: Key; readonly current: Item | undefined }[]

  constructor(failed: readonly { readonly key: Key; readonly current: Item | undefined }[]) {
    super(
      `guard failed on ${failed.map(({ key }) => `${key.partition} ${key.sort}`).join(', ') || 'a concurrent writer'}`,
    )
    this.failed = failed
  }
}
