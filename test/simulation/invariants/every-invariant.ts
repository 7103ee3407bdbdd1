import type { KafkaData } from '../models/kafka-data.ts'
import type { Machine } from '../models/machine.ts'
import { type Bills, exactLedger } from './exact-ledger.ts'
import { exactQuota } from './exact-quota.ts'
import type { Invariant } from './facts.ts'
import { fencedWriters } from './fenced-writers.ts'
import { gaplessSequences, noSequences, type Sequences } from './gapless-sequences.ts'
import { gatesHeld, monotoneGenerations, singleServing } from './hosts.ts'
import { knownReleases, type WishedReleases } from './known-releases.ts'
import { legalTransitions } from './legal-transitions.ts'
import { noReplicaLost } from './no-replica-lost.ts'
import { noThrottleLeft } from './no-throttle-left.ts'
import { oneOperation } from './one-operation.ts'
import { oneTenant } from './one-tenant.ts'

interface Watched {
  readonly machines: () => readonly Machine[]
  readonly isInSync: (machine: Machine) => boolean
  readonly data: (clusterId: string) => KafkaData
}

/** What invariants remember of earlier commits. */
export interface Remembered {
  readonly sequences: Sequences
  readonly bills: Bills
  readonly releases: WishedReleases
}

/** What there is to remember before the first commit. */
export function nothingRemembered(): Remembered {
  return { sequences: noSequences(), bills: new Map(), releases: new Map() }
}

/** All that must hold after every commit of every simulated world. */
export function everyInvariant(watched: Watched, remembered: Remembered): readonly Invariant[] {
  return [
    legalTransitions,
    oneOperation,
    exactQuota,
    gaplessSequences(remembered.sequences),
    exactLedger(remembered.bills),
    fencedWriters,
    monotoneGenerations,
    singleServing(watched.machines),
    gatesHeld(watched),
    knownReleases(remembered.releases),
    noThrottleLeft(watched.data),
    noReplicaLost(watched.data),
    oneTenant,
  ]
}
