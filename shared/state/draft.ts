import type { BrokerStatus, ClusterStatus, Health } from '../lifecycle/statuses.ts'
import type { Json, Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { EventType } from '../records/event.ts'
import type { Billable } from '../records/ledger.ts'
import type { OperationRecord } from '../records/operation.ts'
import type { Stored } from './stored.ts'

/** What a change starts from; a part is absent where it comes into being with this change. */
export interface Snapshot {
  readonly cluster: ClusterRecord
  readonly clusterBefore: Stored<ClusterRecord> | undefined
  readonly brokers: readonly BrokerRecord[]
  readonly brokersBefore: readonly Stored<BrokerRecord>[]
  readonly operation: OperationRecord | undefined
  readonly operationBefore: Stored<OperationRecord> | undefined
}

/** What an event tells beside whom it is about. */
export type Details = Readonly<Record<string, Json | undefined>>

/**
 * A change of a cluster in the making. Each method records what shall be true; `writes` turns all of it into one
 * transaction: the records under their version guards, one event per announced fact with gapless numbers, and a ledger
 * row where the bill changes. What is not committed is not announced.
 */
export interface Draft {
  /** The time that this change is stamped with. */
  readonly now: string
  cluster(): ClusterRecord
  /** BROKER_NOT_FOUND for one that has left the cluster. */
  broker(nodeId: number): BrokerRecord
  brokers(): readonly BrokerRecord[]
  operation(): OperationRecord
  setCluster(patch: Partial<Omit<ClusterRecord, 'status' | 'health' | 'eventSequence' | 'ledgerSequence'>>): void
  /** For a change that takes a field away; status, health and the sequences must be those of `cluster()`. */
  replaceCluster(record: ClusterRecord): void
  enterCluster(to: ClusterStatus, health: Health): void
  enterBroker(nodeId: number, to: BrokerStatus, patch?: Partial<Omit<BrokerRecord, 'status' | 'nodeId'>>): void
  setBroker(nodeId: number, patch: Partial<Omit<BrokerRecord, 'status' | 'nodeId'>>): void
  /** A node that comes into being; its status must be that of its operation's beginning. */
  addBroker(broker: Omit<BrokerRecord, 'updatedAt'>): void
  /** It belongs to the cluster like all others from here on. */
  settleBroker(nodeId: number): void
  /** The node is gone, its record with it, and its id is never used again. */
  removeBroker(nodeId: number): void
  /** What is known of a node, beside what it is doing; announced where it changes. */
  setHealth(nodeId: number, health: Health, reason: string | undefined): void
  setClusterHealth(health: Health): void
  /** Why a node that does not serve is left as it is, or nothing any more; announced where it changes. */
  holdRepair(nodeId: number, reason: string | undefined): void
  /** Whether the machine of a node was given back; for `settleCompute`, which writes the bill with it. */
  setReleased(nodeId: number, released: boolean): void
  /** Makes a new operation the one that this change belongs to. */
  beginOperation(operation: OperationRecord): void
  /** For a change that takes a field away. */
  replaceOperation(record: OperationRecord): void
  setOperation(patch: Partial<Omit<OperationRecord, 'operationId' | 'type'>>): void
  emit(type: EventType, subject: string, data?: Details): void
  bill(brokers: readonly Billable[], cause: string): void
  also(...writes: readonly Write[]): void
  /** Writes whose lost race is the caller's to judge (its idempotency record): another round would not help. */
  alsoOfCaller(...writes: readonly Write[]): void
  callersWrites(): readonly Write[]
  writes(): readonly Write[]
}
