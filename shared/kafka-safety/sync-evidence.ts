import type { QuorumView, TopicView } from '../ports/kafka.ts'
import type { MinInSync } from './roll-gates.ts'

/** How a node and its cluster stood in Kafka's own eyes at one moment: the evidence beside a step that touches the node. */
export interface SyncEvidence {
  /** Partitions with a replica on the node, and those of them in whose ISR it is; of a broker. */
  readonly hostedPartitions?: number
  readonly inSyncPartitions?: number
  /** Partitions of the whole cluster with fewer replicas in sync than replicas, and with just their minimum; of a broker. */
  readonly underReplicatedPartitions?: number
  readonly atMinIsrPartitions?: number
  /** -1 while there is none; of a controller. */
  readonly quorumLeaderId?: number
  readonly voters?: number
  readonly votersCaughtUp?: number
}

/** What the topics say of a broker. `atMinIsr` is counted as Kafka's own AtMinIsrPartitionCount is. */
export function brokerEvidence(topics: readonly TopicView[], minInSync: MinInSync, nodeId: number): SyncEvidence {
  const partitions = topics.flatMap((topic) =>
    topic.partitions.map((partition) => ({ ...partition, minimum: minInSync(topic.name) })),
  )
  const hosted = partitions.filter(({ replicas }) => replicas.includes(nodeId))
  return {
    hostedPartitions: hosted.length,
    inSyncPartitions: hosted.filter(({ isr }) => isr.includes(nodeId)).length,
    underReplicatedPartitions: partitions.filter(({ isr, replicas }) => isr.length < replicas.length).length,
    atMinIsrPartitions: partitions.filter(({ isr, minimum }) => isr.length === minimum).length,
  }
}

/** What the quorum says. */
export function controllerEvidence({
  leaderId,
  voters,
}: {
  readonly leaderId: QuorumView['leaderId']
  readonly voters: readonly Pick<QuorumView['voters'][number], 'caughtUp'>[]
}): SyncEvidence {
  return {
    quorumLeaderId: leaderId,
    voters: voters.length,
    votersCaughtUp: voters.filter(({ caughtUp }) => caughtUp).length,
  }
}
