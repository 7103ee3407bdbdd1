import type { Item, Json, Key, Store, Write } from '../ports/store.ts'

/** A record with the version that guards its next change. */
export interface Stored<T> {
  readonly key: Key
  readonly version: number
  readonly record: T
}

/**
 * Reads an item as the record that its key says it is. This and `toJson` are the only casts between records and stored
 * JSON: every record is plain JSON data, written by this code alone under keys that `keys.ts` alone builds.
 */
export function fromItem<T>(item: Item): Stored<T> {
  return {
    key: { partition: item.partition, sort: item.sort },
    version: item.version,
    record: item.value as unknown as T,
  }
}

/** A record as the store takes it. */
export function toJson(record: object): Json {
  return record as unknown as Json
}

/** Reads one record. */
export async function getRecord<T>(store: Store, key: Key): Promise<Stored<T> | undefined> {
  const item = await store.get(key)
  return item && fromItem<T>(item)
}

/** Reads every record below a prefix, page by page; for parts of one cluster, never for something that grows with the fleet. */
export async function listRecords<T>(store: Store, partition: string, sortPrefix: string): Promise<Stored<T>[]> {
  const found: Stored<T>[] = []
  let after: string | undefined
  do {
    const page = await store.query({ partition, sortPrefix, limit: 1000, ...(after === undefined ? {} : { after }) })
    found.push(...page.items.map((item) => fromItem<T>(item)))
    after = page.next
  } while (after !== undefined)
  return found
}

/** The write that puts a new record, or replaces the version that was read. */
export function putRecord(key: Key, record: object, before: { readonly version: number } | undefined): Write {
  return { ...key, put: toJson(record), guard: before ? { version: before.version } : 'absent' }
}
