import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { CatchingUp, HostRecord } from '../shared/records/host.ts'
import { timestamp } from '../shared/state/change-cluster.ts'
import { changeOwnedHost } from './ownership.ts'
import { nodeOf, type StepInput } from './step.ts'

/** A node that comes back is waited for as long as it gets on; this long without any progress is a failure. */
const WITHOUT_PROGRESS_SECONDS = 1800

/** Replicas that are copied fill the volume; less than this may be anything. */
const FILLED_BYTES = 16 * 1024 * 1024

/** How far a node is from being in sync. */
export interface DistanceToSync {
  /** Partitions that it is behind on; absent while it is not registered at all. */
  readonly behindOn: number | undefined
  readonly usableBytes: number | undefined
}

/**
 * Notes how far a node has come, and refuses to wait on where it has not come any further for long: no partition has caught up,
 * its volume does not fill, and no log is being recovered. Catching up itself may take hours, however large the replicas are.
 */
export async function refuseWithoutProgress(
  ports: Needed<'store' | 'clock' | 'ids'>,
  input: StepInput,
  distance: DistanceToSync,
  reason: string,
): Promise<void> {
  const nodeId = nodeOf(input)
  let since = timestamp(ports)
  await changeOwnedHost(ports, input, (host) => {
    const { catchingUp } = host
    // A node that is started again within an attempt begins anew.
    const mark = `${input.operationId}/${input.attempt}/${host.restartedFor ?? ''}`
    if (catchingUp?.mark === mark && !hasProgress(host, catchingUp, distance)) {
      since = catchingUp.at
      return host
    }
    const { behindOn, usableBytes } = distance
    const seen = { ...(behindOn !== undefined && { behindOn }), ...(usableBytes !== undefined && { usableBytes }) }
    return { ...host, catchingUp: { mark, at: timestamp(ports), ...seen } }
  })
  const seconds = (ports.clock.now() - Date.parse(since)) / 1000
  if (seconds < WITHOUT_PROGRESS_SECONDS) return
  const detail = `Node ${nodeId} has come no further for ${Math.floor(seconds / 60)} minutes: ${reason}`
  throw new DomainError('HOST_NOT_READY', detail, { metadata: { nodeId } })
}

function hasProgress({ observed }: HostRecord, before: CatchingUp, now: DistanceToSync): boolean {
  if (observed?.process.state === 'Recovering') return true
  const isLess = (one: number | undefined, other: number | undefined, by: number) =>
    one !== undefined && one <= (other ?? Number.POSITIVE_INFINITY) - by
  return isLess(now.behindOn, before.behindOn, 1) || isLess(now.usableBytes, before.usableBytes, FILLED_BYTES)
}
