import type { BrokerStatus, ClusterStatus } from './statuses.ts'

/**
 * One kind of operation: from where it may start, what the cluster and the touched brokers are meanwhile, where it ends.
 * A cluster passes `path` from left to right and may skip entries; the first is set when the request is accepted, or of several
 * phases that of the first one.
 */
export interface LifecycleRow {
  /** Whether this release has a workflow for it; what is not offered is never among `allowedActions`. */
  readonly offered: boolean
  /** Empty for the operation that brings the cluster into being. `Error` is governed by `fromError`. */
  readonly from: readonly Exclude<ClusterStatus, 'Error'>[]
  readonly fromError: 'never' | 'whenDegraded' | 'always'
  /** May take the cluster over from an operation that still runs. */
  readonly preempts: boolean
  readonly path: readonly [ClusterStatus, ...ClusterStatus[]]
  /** Where else it may begin, because what comes first depends on its plan. */
  readonly begins?: readonly ClusterStatus[]
  /**
   * A cancel always takes work, in the operation's own statuses: brokers that it added or was about to take away are put back. Where
   * no attempt is under way, also because one has failed, the cancel begins one for that.
   */
  readonly undoes?: boolean
  readonly done: ClusterStatus
  readonly failed: ClusterStatus
  /**
   * A cancel turns it round once it has begun: cluster and brokers go the opposite way, in the statuses of that way, to where they
   * were before. One that has failed is only resumed.
   */
  readonly reverse?: { readonly stage: 'Starting' | 'Stopping'; readonly done: 'Active' | 'Stopped' }
  readonly broker: {
    readonly path: readonly [BrokerStatus, ...BrokerStatus[]]
    readonly done: BrokerStatus
    readonly failed: BrokerStatus
    /** Where a broker rests that was to go and stays, because the operation ends before it is stopped. */
    readonly stays?: BrokerStatus
    /** Where a broker that failed on its way goes on when the operation is taken up again, beside the beginning. */
    readonly resumes?: readonly BrokerStatus[]
    /** Where else it may end, because what was ordered says so. */
    readonly kept?: BrokerStatus
    /** How a broker goes that the operation has brought into being and takes away again when it is cancelled. */
    readonly withdrawn?: readonly [BrokerStatus, ...BrokerStatus[]]
  }
}
