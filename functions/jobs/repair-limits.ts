import type { Needed } from '../../shared/ports/ports.ts'
import type { Write } from '../../shared/ports/store.ts'
import { keys } from '../../shared/records/keys.ts'
import { getRecord, putRecord } from '../../shared/state/stored.ts'

/** More than this share of all hosts is not bad luck but our own trouble, or a zone's: a person has to look first. */
export const MOST_BAD_SHARE = 0.4

/** So many repairs an hour are bad luck in a fleet of any size; in a large one it is so many of a hundred hosts. */
const MOST_REPAIRS_AN_HOUR = 5
const MOST_SHARE_AN_HOUR = 0.1
const HOUR_MILLISECONDS = 3_600_000

/** The pause after repairs that failed, in minutes: it is doubled with each failure in a row, an hour at most. */
const FIRST_PAUSE_MINUTES = 10
const LONGEST_PAUSE_MINUTES = 60

/** Repairs of a cluster in a row that have failed before its next one waits the longest. */
export const FAILURES_OF_LONGEST_PAUSE = 1 + Math.ceil(Math.log2(LONGEST_PAUSE_MINUTES / FIRST_PAUSE_MINUTES))

/** How long a cluster is left alone after so many repairs in a row have failed. */
export function pauseMinutes(failures: number): number {
  return failures === 0 ? 0 : Math.min(FIRST_PAUSE_MINUTES * 2 ** (failures - 1), LONGEST_PAUSE_MINUTES)
}

/** The breaker: how often machines were replaced that nobody asked for, in the whole fleet. */
interface FleetRepairs {
  readonly orderedAt: readonly string[]
}

/**
 * Counts one more repair of a fleet of so many hosts: the write that belongs into the transaction of its order, so that
 * sweeps at the same time count together; nothing once the hour has seen as many as may be.
 */
export async function countRepair(ports: Needed<'store' | 'clock'>, hosts: number): Promise<Write | undefined> {
  const now = ports.clock.now()
  const before = await getRecord<FleetRepairs>(ports.store, keys.fleetRepairs)
  const recent = (before?.record.orderedAt ?? []).filter((at) => Date.parse(at) > now - HOUR_MILLISECONDS)
  if (recent.length >= Math.max(MOST_REPAIRS_AN_HOUR, Math.floor(hosts * MOST_SHARE_AN_HOUR))) return undefined
  return putRecord(keys.fleetRepairs, { orderedAt: [...recent, new Date(now).toISOString()] }, before)
}
