import type { HostRecord } from '../records/host.ts'

/** Tells whether nothing may be started on the node's volume but behind the guards: it is lost, or a new one is empty. */
export function isHeldBack({ emptyVolume }: HostRecord): boolean {
  return emptyVolume !== undefined && emptyVolume.state !== 'Started'
}

/**
 * Tells whether the node's volume is, as far as is known, still empty. Kafka that was told to start on it may never have
 * done so; its host says when it has.
 */
export function isStillEmpty({ emptyVolume, observed }: HostRecord): boolean {
  if (emptyVolume === undefined || emptyVolume.state === 'Lost') return false
  if (emptyVolume.state === 'Empty') return true
  const { state, startedAt } = observed?.process ?? { state: 'Absent' }
  return startedAt === undefined && (state === 'Absent' || state === 'Stopped')
}
