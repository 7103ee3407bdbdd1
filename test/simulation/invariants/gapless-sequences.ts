import type { EventRecord } from '../../../shared/records/event.ts'
import type { LedgerRecord } from '../../../shared/records/ledger.ts'
import { type Invariant, Violation } from './facts.ts'

/** What was numbered up to now, by cluster and by tenant. */
export interface Sequences {
  readonly events: Map<string, number>
  readonly ledgers: Map<string, LedgerRecord>
  readonly feeds: Map<string, { readonly ids: Set<string>; readonly lastOf: Map<string, number> }>
}

/** Where nothing was numbered yet. */
export function noSequences(): Sequences {
  return { events: new Map(), ledgers: new Map(), feeds: new Map() }
}

/**
 * Events and ledger rows of a cluster are numbered without gaps and never change; time in the ledger never runs
 * backwards; the tenant's feed holds each event once, without gaps, and those of one cluster in their order.
 */
export function gaplessSequences({ events, ledgers, feeds }: Sequences): Invariant {
  function addEvent(clusterId: string, { sequence }: EventRecord): void {
    const expected = (events.get(clusterId) ?? 0) + 1
    if (Number(sequence) !== expected)
      throw new Violation(`Event ${sequence} of cluster ${clusterId} came where ${expected} was due`)
    events.set(clusterId, expected)
  }
  function addLedgerRow(clusterId: string, row: LedgerRecord): void {
    const last = ledgers.get(clusterId)
    if (row.sequence !== (last?.sequence ?? 0) + 1)
      throw new Violation(`Ledger row ${row.sequence} of cluster ${clusterId} came after ${last?.sequence ?? 'none'}`)
    if (last && row.at < last.at)
      throw new Violation(`Ledger row ${row.sequence} of cluster ${clusterId} is of ${row.at}, before ${last.at}`)
    ledgers.set(clusterId, row)
  }
  function addToFeed(tenantId: string, event: EventRecord): void {
    const feed = feeds.get(tenantId) ?? { ids: new Set(), lastOf: new Map() }
    feeds.set(tenantId, feed)
    if (feed.ids.has(event.id)) throw new Violation(`Event ${event.id} is in the feed of ${tenantId} twice`)
    feed.ids.add(event.id)
    const { clusterId } = event.data
    const last = feed.lastOf.get(clusterId) ?? 0
    if (Number(event.sequence) !== last + 1)
      throw new Violation(`Event ${event.sequence} of cluster ${clusterId} is in the feed right after ${last}`)
    feed.lastOf.set(clusterId, last + 1)
  }

  return ({ changes }) => {
    for (const change of changes.toSorted(bySequence)) {
      if (change.kind === 'event' && change.after) {
        if (!change.before) addEvent(change.clusterId, change.after)
        else if (change.before.id !== change.after.id) throw new Violation(`Event ${change.before.id} was changed`)
      }
      if (change.kind === 'ledger') {
        if (change.before || !change.after) throw new Violation(`The ledger of ${change.clusterId} was rewritten`)
        addLedgerRow(change.clusterId, change.after)
      }
      if (change.kind === 'feed' && change.after) addToFeed(change.tenantId, change.after)
    }
    for (const change of changes) {
      if (change.kind !== 'cluster' || !change.after) continue
      const { clusterId, eventSequence, ledgerSequence } = change.after
      if (eventSequence !== (events.get(clusterId) ?? 0) || ledgerSequence !== (ledgers.get(clusterId)?.sequence ?? 0))
        throw new Violation(`Cluster ${clusterId} counts ${eventSequence} events and ${ledgerSequence} ledger rows`)
    }
  }
}

const bySequence = (a: object, b: object) => sequenceOf(a) - sequenceOf(b)

function sequenceOf(change: object): number {
  const after: unknown = Reflect.get(change, 'after')
  return typeof after === 'object' && after !== null ? Number(Reflect.get(after, 'sequence') ?? 0) : 0
}
