import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { PlanBlocker, PlanPhase } from '../contract/plan.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { ChangeWishes } from './change-wishes.ts'
import type { PlanFacts } from './facts.ts'

/** What a change of one field starts from. */
export interface ChangeContext {
  readonly cluster: ClusterRecord
  readonly brokers: readonly BrokerRecord[]
  readonly wanted: ClusterSpec
  readonly facts: PlanFacts
  readonly wishes: ChangeWishes
}

/** What a change of one field takes: nothing but writing it down, work on brokers, or a refusal. */
export interface Consequence {
  readonly phase?: PlanPhase | undefined
  /** What follows from that in the same operation. */
  readonly following?: PlanPhase | undefined
  readonly blockers?: readonly PlanBlocker[]
  readonly warnings?: readonly string[]
}
