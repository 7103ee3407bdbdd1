/** A set of records of one name and type: plain values with a time to live, or an alias of something of AWS. */
export interface RecordSet {
  readonly name: string
  readonly type: string
  readonly ttl: string | undefined
  readonly values: readonly string[]
  readonly alias: { readonly zoneId: string; readonly target: string } | undefined
}

/** One change of a batch. */
export interface RecordChange {
  readonly action: string
  readonly set: RecordSet
}

/** Why a batch is refused as a whole. */
export class InvalidBatch extends Error {
  override readonly name = 'InvalidBatch'
}

/** A request may have so many values, and each of an UPSERT counts twice. */
const MOST_VALUES = 1000

const keyOf = ({ name, type }: Pick<RecordSet, 'name' | 'type'>) => `${name} ${type}`

/** The order in which a zone lists: by the labels of a name, read from its end. */
const orderOf = ({ name, type }: RecordSet) => `${name.split('.').toReversed().join('.')} ${type}`

/** A hosted zone that is as strict as the real one. */
export interface Zone {
  readonly domain: string
  /** All or nothing. */
  change(changes: readonly RecordChange[]): void
  /** In order, from a name on. */
  from(name: string, type: string): readonly RecordSet[]
}

/** An empty zone of a domain, with what every zone has: its own two records. */
export function openZone(domain: string): Zone {
  const apex = `${domain}.`
  const soa = (type: string): RecordSet => ({ name: apex, type, ttl: '900', values: ['its own'], alias: undefined })
  const sets = new Map(['NS', 'SOA'].map((type) => [keyOf(soa(type)), soa(type)]))

  function check({ set: { name, type, ttl, values, alias } }: RecordChange): void {
    if (name !== apex && !name.endsWith(`.${apex}`)) throw new InvalidBatch(`${name} is not permitted in zone ${apex}`)
    if (!/^[a-z0-9._-]+$/.test(name)) throw new InvalidBatch(`${name} is no host name`)
    if (alias ? values.length > 0 || ttl !== undefined : values.length === 0 || ttl === undefined)
      throw new InvalidBatch('a set has either values with a TTL or an alias target')
    if (type === 'A' && values.some((value) => !/^\d+(\.\d+){3}$/.test(value))) throw new InvalidBatch('not an address')
    if (new Set(values).size < values.length) throw new InvalidBatch('a value stands there twice')
  }

  return {
    domain,
    change(changes) {
      if (changes.length === 0) throw new InvalidBatch('a batch has changes')
      if (new Set(changes.map(({ set }) => keyOf(set))).size < changes.length)
        throw new InvalidBatch('a set is changed twice')
      const weights = changes.map(({ action, set }) => set.values.length * (action === 'UPSERT' ? 2 : 1))
      if (weights.reduce((sum, weight) => sum + weight, 0) > MOST_VALUES) throw new InvalidBatch('too many values')
      for (const change of changes) {
        const { action, set } = change
        check(change)
        const before = sets.get(keyOf(set))
        if (action === 'CREATE' && before) throw new InvalidBatch(`${set.name} exists`)
        if (action === 'DELETE' && JSON.stringify(before) !== JSON.stringify(set))
          throw new InvalidBatch(`${set.name} was not found or is not of these values`)
        if (!['CREATE', 'UPSERT', 'DELETE'].includes(action)) throw new InvalidBatch(`what is ${action}?`)
      }
      for (const { action, set } of changes) {
        if (action === 'DELETE') sets.delete(keyOf(set))
        else sets.set(keyOf(set), set)
      }
    },
    from(name, type) {
      const start = orderOf({ name, type, ttl: undefined, values: [], alias: undefined })
      const all = [...sets.values()].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1))
      return all.filter((set) => name === '' || orderOf(set) >= start)
    },
  }
}
