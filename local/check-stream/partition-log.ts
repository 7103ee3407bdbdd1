/** Who writes, towards Kafka: with the sequence it lets a broker recognise a batch that it has already. */
export interface ProducerIdentity {
  readonly producerId: bigint
  readonly epoch: number
}

/** A record as it goes over the wire. */
export interface WireRecord {
  readonly key: Buffer
  readonly value: Buffer
}

/** What is written in one request. A repeat is the very same batch, or a broker could not tell that it is one. */
export interface Batch {
  readonly identity: ProducerIdentity
  /** Of the first record; the others follow. */
  readonly sequence: number
  readonly timestamp: bigint
  readonly records: readonly WireRecord[]
}

/** Where a reader stands. The id tells a topic from another of the same name that was made after it was deleted. */
export interface Position {
  readonly topicId: string
  readonly offset: bigint
}

/** One answer to a reader. */
export interface Page {
  readonly values: readonly (Buffer | null)[]
  readonly next: Position
  /** The first offset that cannot be read yet: the high watermark. */
  readonly end: bigint
  /** Why the position is not the one after the last value: the log has no longer, or not yet, what was asked for. */
  readonly moved: string | undefined
}

/** One partition, wherever its leader is. Every call is one attempt and rejects with a `LogFailure`. */
export interface PartitionLog {
  /** Resolves when all in-sync replicas have the batch. */
  append(batch: Batch): Promise<void>
  /** Waits a moment for records when there are none. */
  read(position: Position): Promise<Page>
  /** The first position of the log and the one after its last readable record. */
  bounds(): Promise<{ readonly first: Position; readonly end: Position }>
  /** Lets go of the connection; a call under way rejects. */
  close(): void
}

/** A topic as the check needs to know it. */
export interface StreamTopic {
  readonly name: string
  readonly partitions: number
  readonly replicationFactor: number
}

/** The cluster under check. */
export interface StreamCluster {
  /** The topics; those that do not exist are made. */
  topics(names: readonly string[], missing: Omit<StreamTopic, 'name'>): Promise<readonly StreamTopic[]>
  producerIdentity(): Promise<ProducerIdentity>
  /** A client of its own for one partition: no other one can hold it up. */
  partitionLog(topic: string, partition: number): PartitionLog
  close(): void
}

/**
 * What a failed attempt means: `retry` may work a moment later; `gone` is the cluster's word that there is no such topic;
 * `sequenceRefused` is a broker that does not have the batch before this one; `refused` will stay so.
 */
export type FailureEffect = 'retry' | 'gone' | 'sequenceRefused' | 'refused'

/** An attempt that brought nothing, or of which nothing is known. */
export class LogFailure extends Error {
  override readonly name = 'LogFailure'
  /** Kafka's name of the error, or what became of the connection. */
  readonly kind: string
  readonly effect: FailureEffect

  constructor(kind: string, effect: FailureEffect, options?: ErrorOptions) {
    super(kind, options)
    this.kind = kind
    this.effect = effect
  }
}
