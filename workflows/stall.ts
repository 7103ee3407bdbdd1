import type { HostRecord } from '../shared/records/host.ts'
import type { OperationError, OperationRecord, StepRecord } from '../shared/records/operation.ts'
import { attemptedAt } from '../shared/state/attempts.ts'
import { isOpen } from '../shared/state/step-record.ts'
import { type Awaited, awaitedBy } from './failure-cause.ts'
import { isStepName, STEPS } from './steps/steps.ts'

/**
 * How long nothing at all may be heard of a step by its kind, in seconds. A step that parks lives by its host's reports: its
 * own heartbeat, ten minutes at most, ends it first. Any other one is called again and again, with pauses of a minute at most.
 */
const SILENT_PARKED_SECONDS = 1800
const SILENT_CALLS = 3
const LEAST_SILENT_SECONDS = 900

/** An operation of which nothing has been heard, or that came no further, for longer than the steps that are open allow. */
export interface Stall {
  readonly lastSignAt: string
  /** Which step on which node, and what it waited for. */
  readonly error: OperationError
}

/**
 * Tells whether an attempt makes no progress: no step began, was called again or ended, and no host that a step is parked on
 * reported anything but what keeps it from going on, for as long as the kind of the open steps allows. It is read off what is
 * written anyway: nothing is stored for it.
 */
export function stallOf(
  operation: OperationRecord,
  steps: readonly StepRecord[],
  hosts: readonly HostRecord[],
  now: number,
): Stall | undefined {
  const open = steps.filter(isOpen)
  const hostOf = ({ nodeId }: StepRecord) => hosts.find((host) => host.nodeId === nodeId)
  const reports = open.filter(({ name }) => parks(name)).map((step) => cameFurtherAt(hostOf(step)))
  const signs = [
    attemptedAt(operation),
    ...steps.flatMap(({ calledAt, finishedAt }) => [calledAt, finishedAt]),
    ...reports,
  ]
  const lastSignAt = signs.reduce<string>((last, sign) => (sign !== undefined && sign > last ? sign : last), '')
  const allowedSeconds = Math.max(LEAST_SILENT_SECONDS, ...open.map(({ name }) => allowedSilence(name)))
  const silentSeconds = (now - Date.parse(lastSignAt)) / 1000
  if (silentSeconds <= allowedSeconds) return undefined
  const [step] = open.toSorted((a, b) => b.calledAt.localeCompare(a.calledAt))
  const host = step && hostOf(step)
  const isHeard = step !== undefined && parks(step.name) && (host?.reportedAt ?? '') > lastSignAt
  const awaited = step ? awaitedBy(step, host) : {}
  return { lastSignAt, error: errorOf(step, awaited, Math.floor(silentSeconds / 60), isHeard) }
}

/** When a host last said anything else than that it cannot go on: what it says again and again is heard, and is no progress. */
function cameFurtherAt(host: HostRecord | undefined): string | undefined {
  const isHeldUp = host?.observed?.problem !== undefined && host.observed.process.state !== 'Recovering'
  return isHeldUp ? (host.problemSince ?? host.reportedAt) : host?.reportedAt
}

function parks(name: string): boolean {
  return isStepName(name) && 'parks' in STEPS[name]
}

function allowedSilence(name: string): number {
  if (!isStepName(name)) return LEAST_SILENT_SECONDS
  return parks(name) ? SILENT_PARKED_SECONDS : SILENT_CALLS * STEPS[name].timeoutSeconds
}

function errorOf(
  step: StepRecord | undefined,
  { reason, code = 'HOST_NOT_READY' }: Awaited,
  minutes: number,
  isHeard: boolean,
): OperationError {
  if (!step) return { code: 'INTERNAL', detail: `No step was under way, and none began for ${minutes} minutes.` }
  const { name, nodeId } = step
  const where = nodeId === undefined ? name : `${name} on node ${nodeId}`
  const what = reason === undefined ? '' : ` What it waited for: ${reason}`
  return {
    code,
    detail: `${isHeard ? `${where} came no further` : `Nothing was heard of ${where}`} for ${minutes} minutes.${what}`,
    step: name,
    ...(nodeId !== undefined && { nodeId }),
  }
}
