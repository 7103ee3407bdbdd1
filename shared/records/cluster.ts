import type { FeatureLevels, KafkaVersion } from '../catalogue/kafka-versions.ts'
import type { SupportState } from '../catalogue/support.ts'
import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { ToldDrift } from '../drift/drift.ts'
import type { BrokerStatus, ClusterStatus, Health } from '../lifecycle/statuses.ts'
import type { Placement } from '../placement/place-nodes.ts'
import type { PublicEntry } from '../ports/public-entries.ts'
import type { Held, MaintenanceRecord } from './maintenance.ts'

/** A cluster as stored. Times are RFC 3339, UTC. */
export interface ClusterRecord {
  readonly tenantId: string
  readonly clusterId: string
  readonly spec: ClusterSpec
  /** Grows by one with every accepted change of the spec. */
  readonly specRevision: number
  readonly status: ClusterStatus
  readonly health: Health
  /** Kafka's own cluster id: 22 characters of base64url. */
  readonly kafkaClusterUuid: string
  /** The certificate of the cluster's own authority, which clients verify the brokers with; there once it was made. */
  readonly caCertificatePem?: string
  /** The name that leads to all brokers, and the change of the DNS that made theirs; there where the deployment gives names. */
  readonly names?: { readonly bootstrap: string; readonly changeId: string }
  /** Where clients from the internet come in, and the name that leads there; with public access only. */
  readonly publicEntry?: PublicEntry
  readonly publicNames?: { readonly bootstrap: string; readonly changeId?: string }
  /** Fences writers of an operation that was pre-empted: it grows when an operation takes the cluster over. */
  readonly generation: number
  readonly activeOperationId?: string
  /** The operation that was accepted last. */
  readonly lastOperationId?: string
  /** The number of the cluster's newest event; events are gapless from 1. */
  readonly eventSequence: number
  /** The number of the cluster's newest ledger row; rows are gapless from 1. */
  readonly ledgerSequence: number
  /** Which schedule is followed, and up to when it has been: what falls due later is still to be done. */
  readonly scheduleFollowed?: { readonly of: string; readonly until: string }
  /** It was deleted and is kept: until then it can be restored. */
  readonly restorableUntil?: string
  /** A delete that keeps nothing has begun: no later one can keep it either. */
  readonly purging?: true
  /** The rules for clients in `spec` are not in force yet: the operation that shall put them in force has not come to its end. */
  readonly networkLags?: true
  /** The revision of the Kafka configuration in `spec`, and the newest that there ever was; both 1 where absent. */
  readonly configRevision?: number
  readonly newestConfigRevision?: number
  /** The highest node id of those that are gone: none is ever used again, because Kafka keeps settings of a broker by its id. */
  readonly highestGoneNodeId?: number
  /**
   * The levels of Kafka's features that are finalised: those of the release it was created with until an upgrade is finalised.
   * Absent only where it was created before they were kept, and then those of its release; read by `finalisedLevels`.
   */
  readonly featureLevels?: FeatureLevels
  /** What was announced last of the support of its release. */
  readonly supportTold?: { readonly kafkaVersion: KafkaVersion; readonly state: SupportState }
  /** What is not as it was ordered, and since when; absent while all is. */
  readonly drift?: readonly ToldDrift[]
  /** The operation whose moves may be under way, or whose throttles may stand in Kafka: from before the first one until all are gone. */
  readonly movedBy?: string
  /** What Weir is going to do with it by itself, or is doing; absent where that is nothing. */
  readonly maintenance?: readonly MaintenanceRecord[]
  /** Volumes should grow by themselves and are at the limit that their tenant has set; why, and since when. */
  readonly diskLimit?: Held
  /** Whether the topics that were ordered with the cluster have been made and announced. */
  readonly topicsCreated?: boolean
  readonly createdAt: string
  readonly updatedAt: string
}

/** A broker or controller host as tenants see it. */
export interface BrokerRecord extends Placement {
  readonly status: BrokerStatus
  readonly health: Health
  /** The size that the volume has, and is billed for. */
  readonly volumeGiB: number
  /** The size that was ordered for it and counts against the tenant's limit, while it is larger than what there is. */
  readonly orderedGiB?: number
  /** The highest of the thresholds that its use has crossed and that was announced; absent below all of them. */
  readonly diskThresholdPercent?: number
  /** When the volume may be changed again, where the fleet sets such a time. */
  readonly volumeChangeableAt?: string
  /** The release of Kafka that it runs, as was proven last; that of its cluster where absent. */
  readonly kafkaVersion?: KafkaVersion
  /** The release that it is being brought to: until that is proven, or taken back, it may run either. */
  readonly orderedVersion?: KafkaVersion | undefined
  /** Its machine was given back with a stop of the cluster: no compute is billed until it serves again. */
  readonly released?: true
  readonly address?: string
  /** What clients call it; its address where it has no name. */
  readonly name?: string
  /** What clients from the internet call it; its port there follows from its id. */
  readonly publicName?: string
  readonly statusReason?: string
  /** Why it is not repaired by itself, although it should be; a person has to look. */
  readonly repairHeld?: string
  /**
   * The operation that adds it to a cluster which serves without it. Until that makes it `Active` it is not billed, nobody is led
   * to it, and it can be taken away again.
   */
  readonly joining?: string
  /** The last operation that is done with this broker: when it is taken up again, it passes the broker over. */
  readonly doneIn?: string
  /** The last operation that grew its volume; growth has a mark of its own, because restarts may follow in the same operation. */
  readonly extendedIn?: string
  /** The revision of the Kafka configuration that this node runs with; 1 where absent. */
  readonly configRevision?: number
  readonly activeSince?: string
  readonly updatedAt: string
}

/** A Kafka configuration that was ordered once, kept for good. Revision 1 is the one the cluster was created with. */
export interface ConfigRevisionRecord {
  readonly revision: number
  readonly config: Readonly<Record<string, string>>
  readonly previous: Readonly<Record<string, string>>
  readonly requestedBy: string
  readonly operationId: string
  readonly createdAt: string
}
