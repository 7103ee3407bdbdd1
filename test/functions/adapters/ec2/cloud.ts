import { type Query, Refusal } from './query.ts'

/** Anything in the cloud: with tags, and visible only some time after it was made. */
export interface Thing {
  readonly id: string
  readonly tags: ReadonlyMap<string, string>
  readonly madeAt: number
}

/** How long things take in this cloud, in milliseconds. */
export interface Pace {
  /** From the effect of a call until others see it. */
  readonly visibleAfter: number
  readonly volumeAvailableAfter: number
  readonly volumeGoneAfter: number
  readonly attachedAfter: number
  readonly runningAfter: number
  readonly terminatedAfter: number
  readonly optimizingAfter: number
  readonly completedAfter: number
}

/** Short, but longer than one look each, as on EC2. */
export const PACE: Pace = {
  visibleAfter: 2000,
  volumeAvailableAfter: 3000,
  volumeGoneAfter: 2000,
  attachedAfter: 2000,
  runningAfter: 8000,
  terminatedAfter: 10_000,
  optimizingAfter: 6000,
  completedAfter: 3_600_000,
}

/** What all parts of the cloud share: time, ids, tokens, and what can be had. */
export interface Cloud {
  readonly pace: Pace
  now(): number
  newId(prefix: string): string
  /** Makes a thing once per token; the same token with other parameters is refused, and a known one answers what it made. */
  once<T extends Thing>(query: Query, things: Map<string, T>, make: () => T): T
  /** A thing that a call names; one that is not visible yet is not found, as one that is gone. */
  named<T extends Thing>(things: ReadonlyMap<string, T>, id: string, code: string): T
  /** Those that a describe call asks for, by ids or by filters, page by page. */
  described<T extends Thing>(query: Query, things: ReadonlyMap<string, T>, asked: Asked<T>): Described<T>
}

/** What a describe call may name, and what else it may filter by. */
export interface Asked<T> {
  readonly idParameter: string
  readonly notFound: string
  readonly filters?: Readonly<Record<string, (thing: T) => string>>
}

/** A page of things. */
export interface Described<T> {
  readonly page: readonly T[]
  readonly nextToken: string | undefined
}

/** Pages are as short as the service may make them, whatever the call asked for. */
const PAGE_SIZE = 2

/** Opens an empty cloud. */
export function openCloud(now: () => number, pace: Pace): Cloud {
  const tokens = new Map<string, { readonly fingerprint: string; readonly id: string }>()
  // What was there before the cloud opened has small numbers.
  let made = 0x1000
  const isVisible = (thing: Thing) => now() >= thing.madeAt + pace.visibleAfter

  return {
    pace,
    now,
    newId: (prefix) => `${prefix}-${(++made).toString(16).padStart(17, '0')}`,

    once(query, things, make) {
      const token = query.text('ClientToken')
      if (token.length === 0) throw new Error(`${query.action} without a client token`)
      if (token.length > 64) throw new Refusal('InvalidParameterValue')
      const key = `${query.action} ${token}`
      const known = tokens.get(key)
      if (known && known.fingerprint !== query.fingerprint()) throw new Refusal('IdempotentParameterMismatch')
      const before = known && things.get(known.id)
      if (known && !before) throw new Error(`the token of ${known.id} was used again after that was gone`)
      if (before) return before
      const thing = make()
      things.set(thing.id, thing)
      tokens.set(key, { fingerprint: query.fingerprint(), id: thing.id })
      return thing
    },

    named(things, id, code) {
      const found = things.get(id)
      if (!found || !isVisible(found)) throw new Refusal(code)
      return found
    },

    described(query, things, { idParameter, notFound, filters = {} }) {
      const ids = query.list(idParameter)
      for (const id of ids) this.named(things, id, notFound)
      const matches = [...things.values()].filter((thing) => {
        if (!isVisible(thing) || (ids.length > 0 && !ids.includes(thing.id))) return false
        return query.members('Filter').every((at) => {
          const name = query.text(`${at}Name`)
          const value = name.startsWith('tag:') ? thing.tags.get(name.slice('tag:'.length)) : filters[name]?.(thing)
          if (!name.startsWith('tag:') && !filters[name]) throw new Refusal('InvalidParameterValue')
          return value !== undefined && query.list(`${at}Value`).includes(value)
        })
      })
      const from = Number(query.text('NextToken') || 0)
      const next = from + PAGE_SIZE
      return {
        page: matches.slice(from, ids.length > 0 ? undefined : next),
        nextToken: ids.length === 0 && next < matches.length ? String(next) : undefined,
      }
    },
  }
}
