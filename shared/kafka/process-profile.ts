/** How big a Kafka process is on a kind of host: JVM memory and flags, thread counts, and properties that only size decides. */
export interface ProcessProfile {
  readonly heapMinMiB: number
  readonly heapMaxMiB: number
  readonly jvmFlags: readonly string[]
  readonly networkThreads: number
  readonly ioThreads: number
  readonly replicaFetchers: number
  readonly recoveryThreadsPerDataDir: number
  /** Further `server.properties` lines; a tenant's own value for the same key wins. */
  readonly properties: Readonly<Record<string, string>>
}

/** The profile of a broker that has a machine of its own; the heap stays small because Kafka lives off the page cache. */
export function dedicatedHostProfile(sizing: { readonly vCpu: number; readonly memoryGiB: number }): ProcessProfile {
  // A tenth of the memory, between 1 and 6 GiB: more heap lengthens collections and takes page cache away.
  const heapMiB = Math.round(Math.min(6, Math.max(1, sizing.memoryGiB / 10)) * 1024)
  return {
    heapMinMiB: heapMiB,
    heapMaxMiB: heapMiB,
    jvmFlags: ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:InitiatingHeapOccupancyPercent=35'],
    networkThreads: 3,
    ioThreads: Math.max(8, sizing.vCpu),
    replicaFetchers: 2,
    recoveryThreadsPerDataDir: sizing.vCpu,
    properties: {},
  }
}

/** The profile for several hosts on one small machine: six such processes start on two cores and fit in 4 GiB. */
export const sharedMachineProfile: ProcessProfile = {
  heapMinMiB: 64,
  heapMaxMiB: 256,
  jvmFlags: ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'],
  networkThreads: 1,
  ioThreads: 2,
  replicaFetchers: 1,
  recoveryThreadsPerDataDir: 1,
  properties: {
    // Fewer internal partitions: fewer files and less work for a machine that carries the whole cluster.
    'offsets.topic.num.partitions': '3',
    'transaction.state.log.num.partitions': '3',
    'group.initial.rebalance.delay.ms': '0',
    // 2 MiB for one cleaner thread (Kafka wants more than 1 MiB per thread) instead of 128 MiB of heap.
    'log.cleaner.dedupe.buffer.size': '2097152',
    'log.cleaner.threads': '1',
  },
}
