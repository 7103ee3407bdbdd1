import type { HostRecord } from '../records/host.ts'

/** A host reports every eight seconds at least; after this long two of its reports are missing. */
export const SILENT_AFTER_SECONDS = 20

/** For how long a host has not reported; nothing where it never has. */
export function silentSeconds({ reportedAt }: HostRecord, now: number): number | undefined {
  return reportedAt === undefined ? undefined : (now - Date.parse(reportedAt)) / 1000
}

/** Tells whether a host is heard of. */
export function isHeard(host: HostRecord, now: number): boolean {
  const seconds = silentSeconds(host, now)
  return seconds !== undefined && seconds <= SILENT_AFTER_SECONDS
}
