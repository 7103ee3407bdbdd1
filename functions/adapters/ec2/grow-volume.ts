import {
  DescribeVolumesModificationsCommand,
  ModifyVolumeCommand,
  type Volume,
  type VolumeModification,
} from '@aws-sdk/client-ec2'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { HostSpec } from '../../../shared/ports/hosts.ts'
import type { Ec2Parts } from './parts.ts'
import { patience } from './patience.ts'
import { refusalCode } from './refusals.ts'
import { findVolume } from './volumes.ts'

const HOUR_MILLISECONDS = 3_600_000

/** A change of a volume of one TiB "can take up to six hours" until it is completed, says the EBS user guide. */
const LONGEST_HOURS_PER_TIB = 6

/** EBS takes four changes of a volume within a day, each after the one before has completed. */
const RATE_WINDOW_HOURS = 24

/** As long as the workflow goes on asking: a change that should be over by then is waited for. */
const WORTH_WAITING_MILLISECONDS = HOUR_MILLISECONDS / 2

/**
 * Makes the node's volume at least as large as wanted. ModifyVolume has no client token and counts against a limit, so size and
 * running change are read first. The new size can be used from `optimizing` on; the next change waits for `completed`.
 */
export async function growVolume(parts: Ec2Parts, spec: HostSpec): Promise<{ readonly changeableAt?: string }> {
  const wait = patience(parts.clock)
  const { volumeGiB } = spec
  let asked = false
  await wait.until(`The volume of node ${spec.nodeId} does not have its new size yet.`, async () => {
    const volume = await volumeOf(parts, spec)
    const change = await lastChange(parts, volume)
    if (isRunning(change) && (change.TargetSize ?? 0) >= volumeGiB) return isUsable(change) ? true : undefined
    if ((volume.Size ?? 0) >= volumeGiB) return true
    if (isRunning(change)) {
      refuseIfFar(parts, spec, change)
      return undefined
    }
    if (!asked) await modify(parts, spec, volume, change)
    asked = true
    return undefined
  })
  return changeableAt(await lastChange(parts, await volumeOf(parts, spec)), parts.clock.now())
}

async function volumeOf(parts: Ec2Parts, spec: HostSpec): Promise<Volume> {
  const volume = await findVolume(parts, spec)
  if (!volume) throw new DomainError('VOLUME_FAILED', `Node ${spec.nodeId} has no volume that could grow.`)
  return volume
}

async function lastChange({ client }: Ec2Parts, { VolumeId }: Volume): Promise<VolumeModification | undefined> {
  // By filter: asked by id, a volume that was never changed is an error.
  const Filters = [{ Name: 'volume-id', Values: VolumeId === undefined ? [] : [VolumeId] }]
  const { VolumesModifications = [] } = await client.send(new DescribeVolumesModificationsCommand({ Filters }))
  return VolumesModifications.toSorted((a, b) => Number(b.StartTime ?? 0) - Number(a.StartTime ?? 0))[0]
}

function isRunning(change: VolumeModification | undefined): change is VolumeModification {
  return change?.ModificationState === 'modifying' || change?.ModificationState === 'optimizing'
}

function isUsable({ ModificationState }: VolumeModification): boolean {
  return ModificationState === 'optimizing'
}

async function modify(
  { client }: Ec2Parts,
  spec: HostSpec,
  { VolumeId }: Volume,
  before: VolumeModification | undefined,
): Promise<void> {
  try {
    await client.send(new ModifyVolumeCommand({ VolumeId, Size: spec.volumeGiB }))
  } catch (thrown) {
    const code = refusalCode(thrown)
    if (code === 'VolumeModificationRateExceeded') throw tooSoon(spec, before, thrown)
    // A change is under way that could not be seen yet: ours, whose answer was lost, or one before it.
    if (code !== 'IncorrectModificationState') throw thrown
  }
}

/** A smaller change that will be under way for longer than anybody waits. */
function refuseIfFar({ clock }: Ec2Parts, spec: HostSpec, change: VolumeModification): void {
  const { changeableAt: at } = changeableAt(change, clock.now())
  if (at === undefined || Date.parse(at) < clock.now() + WORTH_WAITING_MILLISECONDS) return
  const detail = `The volume of node ${spec.nodeId} is still being changed; it can be changed again from about ${at}.`
  throw new DomainError('VOLUME_CHANGE_TOO_SOON', detail, { metadata: { earliestAt: at } })
}

/** EBS does not say when it takes the next change: a day after the last one it does. */
function tooSoon({ nodeId }: HostSpec, before: VolumeModification | undefined, cause: unknown): DomainError {
  const text = `The volume of node ${nodeId} was changed too often within ${RATE_WINDOW_HOURS} hours`
  if (before?.StartTime === undefined) return new DomainError('VOLUME_CHANGE_TOO_SOON', `${text}.`, { cause })
  const earliestAt = new Date(before.StartTime.getTime() + RATE_WINDOW_HOURS * HOUR_MILLISECONDS).toISOString()
  const detail = `${text}; it can be changed again from ${earliestAt} at the latest.`
  return new DomainError('VOLUME_CHANGE_TOO_SOON', detail, { metadata: { earliestAt }, cause })
}

/**
 * When the running change will probably be completed: by its progress, or before there is any by its size. Without a running
 * change the next one may come at once.
 */
export function changeableAt(change: VolumeModification | undefined, now: number): { readonly changeableAt?: string } {
  if (!isRunning(change)) return {}
  const startedAt = change.StartTime?.getTime() ?? now
  const longest = (LONGEST_HOURS_PER_TIB * HOUR_MILLISECONDS * (change.TargetSize ?? 1024)) / 1024
  const progress = (change.Progress ?? 0) / 100
  const byProgress = progress > 0 ? (now - startedAt) / progress : longest
  // It is not completed yet, so the time is never in the past.
  const at = Math.max(startedAt + Math.min(byProgress, longest), now)
  return { changeableAt: new Date(at).toISOString() }
}
