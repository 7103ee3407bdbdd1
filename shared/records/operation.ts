import type { FeatureLevels, KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { Plan } from '../contract/plan.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { ConfigChange } from '../kafka/config-change.ts'
import type { SyncEvidence } from '../kafka-safety/sync-evidence.ts'
import type { OperationType } from '../lifecycle/lifecycle.ts'
import type { OperationState } from '../lifecycle/statuses.ts'
import type { OperationRebalance } from './rebalance.ts'

/** What an operation changes the Kafka configuration from and to. */
export interface OperationConfig {
  readonly revision: number
  readonly to: Readonly<Record<string, string>>
  readonly previousRevision: number
  readonly from: Readonly<Record<string, string>>
  readonly change: ConfigChange
  /** The way back. */
  readonly undo: ConfigChange
}

/** The release that an operation brings the nodes to, and the one that was ordered before. */
export interface OperationUpgrade {
  readonly from: KafkaVersion
  readonly to: KafkaVersion
}

/** The levels of features that an operation brings a cluster to: those of a release. */
export interface OperationLevels {
  readonly release: KafkaVersion
  readonly to: FeatureLevels
}

/** What whoever asked for a repair said about one node's volume. */
export interface RepairWish {
  readonly nodeId: number
  /** The volume that is of no use although it is there: an empty one shall take its place. */
  readonly unusableVolumeId?: string
  /** Go on where records have no other replica in sync. */
  readonly acceptDataLoss: boolean
}

/** The public face of a failure inside an operation. */
export interface OperationError {
  readonly code: ErrorCode
  readonly detail: string
  readonly step?: string
  readonly nodeId?: number
  /** Kafka's own last lines, where a broker is at fault. */
  readonly logLines?: readonly string[]
}

/** An attempt that came to its end before the operation did. */
export interface EarlierAttempt {
  readonly attempt: number
  readonly startedAt?: string
  readonly endedAt: string
  /** `GivenUp`: nobody worked on it any more, or it took too long. */
  readonly state: 'Failed' | 'Paused' | 'GivenUp'
  /** Why, unless it rested because somebody asked for that. */
  readonly error?: OperationError
}

/** What an operation was ordered to do, as far as its kind needs it. */
export interface OperationWork {
  /** What it was planned to do, where it is a change of what was ordered. */
  readonly plan?: Plan
  readonly config?: OperationConfig
  readonly upgrade?: OperationUpgrade
  readonly levels?: OperationLevels
  readonly repair?: RepairWish
  readonly rebalance?: OperationRebalance
}

/** Something that takes longer than a request. */
export interface OperationRecord extends OperationWork {
  readonly operationId: string
  readonly tenantId: string
  readonly clusterId: string
  readonly type: OperationType
  readonly state: OperationState
  readonly requestedBy: string
  readonly requestId: string
  readonly attempt: number
  /** The attempts before, the newest ones of them. */
  readonly earlier?: readonly EarlierAttempt[]
  /** When it was first found without progress; void as soon as there is a later sign of life. */
  readonly suspectedAt?: string
  /** The operation that was accepted on the cluster after this one had failed: from then on it cannot be resumed. */
  readonly overtakenBy?: string
  /** Attempts that nobody asked for: begun because the one before came to nothing. */
  readonly renewals?: number
  /** The generation of the cluster that this operation owns; it may write only while the cluster still has it. */
  readonly generation: number
  /** The nodes it is about; absent where it is about all of them. */
  readonly nodes?: readonly number[]
  /** What someone has asked of it; heeded at the next border between two brokers. */
  readonly control?: 'Pause' | 'Cancel'
  readonly createdAt: string
  readonly startedAt?: string
  /** When it came to rest, and when it was last taken up again. */
  readonly pausedAt?: string
  readonly resumedAt?: string
  readonly finishedAt?: string
  readonly deadlineAt: string
  readonly warnings: readonly string[]
  /** Of a delete: for how many days it keeps the cluster; absent where it keeps nothing. */
  readonly keepDays?: number
  /** How often in which attempt something has landed again on a broker that leaves and was emptied already. */
  readonly drainedAgain?: { readonly attempt: number; readonly times: number }
  /** The moment at which nodes that are broker and controller stop together; of those that are left, where it is past. */
  readonly stopAt?: string
  /** The operation whose execution must be stopped before this one touches anything. */
  readonly preempts?: string
  readonly error?: OperationError
}

/** One step of one attempt of an operation on one broker (or on the whole cluster), with what it did. */
export interface StepRecord {
  readonly operationId: string
  /** The operation's attempt that it belongs to. */
  readonly attempt: number
  readonly name: string
  readonly nodeId?: number
  /** Abandoned: its attempt was over before anybody said how it ended. */
  readonly state: 'Running' | 'Waiting' | 'Succeeded' | 'Failed' | 'Abandoned'
  /** Calls so far; polling steps are called until what they await is there. */
  readonly attempts: number
  readonly startedAt: string
  /** When its newest call began. */
  readonly calledAt: string
  readonly finishedAt?: string
  readonly statusBefore?: string
  readonly statusAfter?: string
  /** What Kafka said right before the node was touched, and when it was back. */
  readonly isrBefore?: SyncEvidence | undefined
  readonly isrAfter?: SyncEvidence | undefined
  /** Why it is still waiting or how it failed. */
  readonly reason?: string
  readonly code?: ErrorCode
  /** The node at fault, where the step is about the whole cluster. */
  readonly faultNodeId?: number
}
