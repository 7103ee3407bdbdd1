import { leastTotalBytes } from '../host-protocol/volume-size.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'

/** How full the volume of a broker is, as its host said last. */
export interface DiskUsage {
  readonly nodeId: number
  readonly volumeGiB: number
  /** Of the file system, not rounded. */
  readonly usedPercent: number
  readonly usedBytes: number
}

/** What a host said longer ago says nothing about now. */
const FRESH_SECONDS = 600

/**
 * How full the volumes of the brokers are, of those whose hosts have told lately. A host whose file system is smaller than
 * its volume tells of the time before the volume grew. A plain directory has the size of the disk below, which does not grow.
 */
export function diskUsages(
  brokers: readonly BrokerRecord[],
  hosts: readonly HostRecord[],
  now: number,
): readonly DiskUsage[] {
  return brokers.flatMap(({ nodeId, roles, volumeGiB }) => {
    const host = hosts.find((candidate) => candidate.nodeId === nodeId)
    if (!roles.includes('broker') || !host?.observed || host.reportedAt === undefined) return []
    const { state, fileSystem, totalBytes, usedBytes } = host.observed.volume
    const isFresh = now - Date.parse(host.reportedAt) <= FRESH_SECONDS * 1000
    if (!isFresh || state !== 'Mounted' || fileSystem === 'directory') return []
    if (totalBytes === undefined || usedBytes === undefined || totalBytes < leastTotalBytes(volumeGiB)) return []
    return [{ nodeId, volumeGiB, usedBytes, usedPercent: (100 * usedBytes) / totalBytes }]
  })
}
