import type { HostReport } from '../../shared/host-protocol/report.ts'

/** The data volume of a host. */
export interface Volume {
  /** Where its files are once it is mounted. */
  readonly path: string
  /** Formats what is empty and mounts. Never touches what is there, and never makes a volume that is not there. */
  ensureMounted(volumeGiB: number): Promise<void>
  /** Grows the mounted file system to the wanted size, with Kafka running on it; never shrinks. */
  ensureSize(volumeGiB: number): Promise<void>
  observe(): Promise<HostReport['volume']>
}

/** Bytes of a GiB. */
export const bytesPerGiB = 1024 ** 3
