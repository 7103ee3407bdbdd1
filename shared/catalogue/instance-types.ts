/** How the Kafka process of a host is sized: JVM heap and the thread counts that go with it. */
export interface ProcessProfile {
  readonly heapMiB: number
  readonly networkThreads: number
  readonly ioThreads: number
  readonly recoveryThreads: number
  readonly logCleanerDedupeBufferBytes: number
  /** Flags for the JVM besides the heap. */
  readonly jvmFlags: readonly string[]
  /** Partitions of `__consumer_offsets` and `__transaction_state`: fixed at their creation. */
  readonly internalTopicPartitions: number
  /** Threads that copy from each other broker; each asks twice a second also when nothing is to be copied. */
  readonly replicaFetchers: number
}

/** Where hosts run: on EC2, or as process groups on one machine that shares its memory among all of them. */
export type Platform = 'ec2' | 'local'

/** A class of host that tenants may order. */
interface InstanceTypeRow {
  readonly vCpu: number
  readonly memoryGiB: number
  /** The EC2 type behind the public name. */
  readonly ec2InstanceType: string
  readonly volumeGiB: { readonly min: number; readonly max: number }
  /** What the network and the data volume take for as long as one likes, without bursts. */
  readonly sustainedMiBPerSecond: { readonly network: number; readonly volume: number }
  readonly process: Readonly<Record<Platform, ProcessProfile>>
}

const EC2_JVM_FLAGS = [
  '-XX:+UseG1GC',
  '-XX:MaxGCPauseMillis=20',
  '-XX:InitiatingHeapOccupancyPercent=35',
  '-XX:+ExplicitGCInvokesConcurrent',
]

/**
 * The classes of host. More types are more rows. The heap on EC2 is 8 GiB: Kafka keeps its data in the page cache, so
 * most of the 64 GiB belongs to the kernel. The local profile lets six JVMs share a laptop.
 */
export const INSTANCE_TYPES = {
  'r2a.2xlarge': {
    vCpu: 8,
    memoryGiB: 64,
    ec2InstanceType: 'r6a.2xlarge',
    volumeGiB: { min: 1, max: 16_384 },
    // The baseline of r6a.2xlarge is 3.125 Gbit/s; a gp3 volume for which nothing more is ordered gives 125 MiB/s.
    sustainedMiBPerSecond: { network: 372, volume: 125 },
    process: {
      ec2: {
        heapMiB: 8192,
        networkThreads: 8,
        ioThreads: 16,
        recoveryThreads: 8,
        logCleanerDedupeBufferBytes: 134_217_728,
        jvmFlags: EC2_JVM_FLAGS,
        internalTopicPartitions: 50,
        replicaFetchers: 2,
      },
      local: {
        heapMiB: 256,
        networkThreads: 1,
        ioThreads: 2,
        recoveryThreads: 1,
        logCleanerDedupeBufferBytes: 2_097_152,
        jvmFlags: ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xss512k'],
        internalTopicPartitions: 3,
        replicaFetchers: 1,
      },
    },
  },
} as const satisfies Record<string, InstanceTypeRow>

/** The public name of a class of host. */
export type InstanceType = keyof typeof INSTANCE_TYPES

/** The names, as a non-empty list for schemas. */
export const INSTANCE_TYPE_NAMES = Object.keys(INSTANCE_TYPES) as [InstanceType, ...InstanceType[]]
