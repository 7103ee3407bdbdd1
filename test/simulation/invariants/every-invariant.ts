import type { KafkaData } from '../models/kafka-data.ts'
import type { Machine } from '../models/machine.ts'
import { exactLedger } from './exact-ledger.ts'
import { exactQuota } from './exact-quota.ts'
import type { Invariant } from './facts.ts'
import { fencedWriters } from './fenced-writers.ts'
import { gaplessSequences } from './gapless-sequences.ts'
import { gatesHeld, monotoneGenerations, singleServing } from './hosts.ts'
import { knownReleases } from './known-releases.ts'
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

/** All that must hold after every commit of every simulated world. */
export function everyInvariant(watched: Watched): readonly Invariant[] {
  return [
    legalTransitions,
    oneOperation,
    exactQuota,
    gaplessSequences(),
    exactLedger(),
    fencedWriters,
    monotoneGenerations,
    singleServing(watched.machines),
    gatesHeld(watched),
    knownReleases(),
    noThrottleLeft(watched.data),
    noReplicaLost(watched.data),
    oneTenant,
  ]
}
