import type { ErrorCode } from '../errors/catalogue.ts'
import type { HostReport } from '../host-protocol/report.ts'
import { leastTotalBytes } from '../host-protocol/volume-size.ts'
import type { HostRecord, HostWait } from '../records/host.ts'

/** What a parked workflow learns from a report. */
export type WaitVerdict =
  | { readonly kind: 'reached' }
  | { readonly kind: 'failed'; readonly code: ErrorCode; readonly detail: string }
  /** `code`: what it comes to if the wait ends before the condition is reached; HOST_NOT_READY where it says nothing. */
  | { readonly kind: 'waiting'; readonly reason: string; readonly code?: ErrorCode }

const LAUNCHED: ReadonlySet<string> = new Set(['Starting', 'Recovering', 'Running'])

function reached(host: HostRecord, wait: HostWait, observed: HostReport): boolean {
  if (wait.condition === 'Preflighted')
    return isPreflighted(wait, observed) && observed.preflight?.refused === undefined
  if (observed.observedRevision < wait.revision) return false
  if (wait.condition === 'Grown') return isGrown(host)
  if (wait.condition === 'Launched') return LAUNCHED.has(observed.process.state)
  if (wait.condition === 'Rebooted') return isInNewBoot(host) && observed.process.state === 'Running'
  // Where the machine was switched on anew meanwhile, Kafka was never started on it.
  if (wait.condition === 'Stopped' && observed.process.state === 'Absent') return true
  return observed.process.state === wait.condition
}

/** Tells whether the machine runs in another boot than the one that shall be over, as it says itself. */
export function isInNewBoot({ desired, observed, generation }: HostRecord): boolean {
  if (desired?.retiredBootId === undefined || observed?.generation !== generation) return false
  return observed.bootId !== desired.retiredBootId
}

/** Tells whether the check of the candidate that is waited for is over, however it went. */
const isPreflighted = ({ revision }: HostWait, { preflight }: HostReport): boolean =>
  preflight !== undefined && preflight.revision >= revision

/** Tells whether the newest desired size is in force on the host, with Kafka started on it. */
export function isGrown({ desired, observed, generation }: HostRecord): boolean {
  if (!desired || !observed || observed.generation !== generation) return false
  const { totalBytes = 0 } = observed.volume
  return observed.observedRevision >= desired.revision && totalBytes >= leastTotalBytes(desired.volumeGiB)
}

/**
 * Kafka that ended again and again is no failure yet where it ended before the start that is awaited, or for want of the
 * room that is about to come: on a volume that has grown the host starts it again, which puts the revision in force, and
 * whoever needs it to serve then finds out.
 */
function isExcused({ desired }: HostRecord, { condition }: HostWait, { process, problem }: HostReport): boolean {
  if (process.state !== 'CrashLooping' || problem?.terminal) return false
  const isOfEarlierStart = desired !== undefined && process.restartNonce !== desired.kafka.restartNonce
  return isOfEarlierStart || condition === 'Grown' || condition === 'Preflighted'
}

/** Why a host cannot get where it shall be, if it has said so: for every wait that depends on it. */
export function hostFailure(observed: HostReport): { code: ErrorCode; detail: string } | undefined {
  if (observed.problem?.terminal) {
    const code = observed.problem.code === 'VOLUME_FAILED' ? 'VOLUME_FAILED' : 'HOST_FAILED'
    return { code, detail: observed.problem.detail }
  }
  if (observed.process.state === 'CrashLooping') {
    return { code: 'BROKER_PROCESS_FAILED', detail: crashDetail(observed) }
  }
  return undefined
}

/**
 * The same, if it has said so since then: what it said before may have been mended meanwhile, and a host that still cannot
 * says so again within seconds. It starts Kafka again and again by itself, so only an end since then makes a crash loop.
 */
export function failureSince(
  { observed, reportedAt }: HostRecord,
  since: string,
): { code: ErrorCode; detail: string } | undefined {
  if (!observed || isBefore(reportedAt, since)) return undefined
  if (!observed.problem?.terminal && isBefore(observed.process.lastExit?.at, since)) return undefined
  return hostFailure(observed)
}

const isBefore = (at: string | undefined, since: string) => at !== undefined && Date.parse(at) < Date.parse(since)

/** The agent tells how often Kafka ended, with its ERROR lines, which say more than an exit code. */
function crashDetail({ process, problem }: HostReport): string {
  if (problem?.code === 'PROCESS_FAILED') return problem.detail
  const exit = process.lastExit
  const how = exit ? (exit.signal ? `by signal ${exit.signal}` : `with code ${exit.code}`) : 'without an exit code'
  return `Kafka ended ${process.exitCount} times without serving, last ${how}.`
}

/**
 * How long Kafka may be starting: three times the 300 s after which Strimzi looks no longer (kafka-operations §4). The
 * recovery of logs, which may take hours, is a state of its own and has no limit here.
 */
const LONGEST_START_SECONDS = 900

/** Why the start that is waited for counts as hung, if it does. It is counted from the attempt's begin at the earliest. */
function hungStart({ desired, observed, reportedAt }: HostRecord, { condition, since }: HostWait): string | undefined {
  const { state, startedAt, restartNonce } = observed?.process ?? {}
  const needsIt = condition === 'Running' || condition === 'Rebooted'
  const isAwaited = needsIt && state === 'Starting' && restartNonce === desired?.kafka.restartNonce
  if (!isAwaited || startedAt === undefined || reportedAt === undefined) return undefined
  const from = Math.max(Date.parse(startedAt), Date.parse(since))
  const seconds = Math.floor((Date.parse(reportedAt) - from) / 1000)
  return seconds > LONGEST_START_SECONDS ? `Kafka has been starting for ${seconds} s and does not serve.` : undefined
}

function refusal({ desired }: HostRecord, refused: string): { code: ErrorCode; detail: string } {
  const version = desired?.kafka.candidateVersion
  if (version === undefined) return { code: 'CONFIG_REFUSED', detail: `Kafka refuses the configuration: ${refused}` }
  return {
    code: 'RELEASE_REFUSED',
    detail: `Kafka ${version} cannot be started on node ${desired?.nodeId}: ${refused}`,
  }
}

/** What keeps a host from where it shall be, in its own words and since when, if anything does. */
export function problemOf({ observed, problemSince }: HostRecord): string | undefined {
  const { detail } = observed?.problem ?? {}
  return detail === undefined || problemSince === undefined ? detail : `since ${problemSince}: ${detail}`
}

/** Until when a Kafka that shall stop runs on, for people. */
function togetherAt({ desired, observed }: HostRecord): string {
  const { processState, stopAt } = desired?.kafka ?? {}
  const isDue = processState === 'Stopped' && observed?.process.state === 'Running'
  return isDue && stopAt !== undefined ? ` and stops at ${stopAt}, together with the others` : ''
}

/** Judges a wait by the host's newest report; a report of an older generation says nothing about it. */
export function judgeHostWait(host: HostRecord, wait: HostWait): WaitVerdict {
  const { observed } = host
  if (!observed || observed.generation !== host.generation)
    return { kind: 'waiting', reason: 'the host has not attached yet' }
  if (reached(host, wait, observed)) return { kind: 'reached' }
  const { refused } = observed.preflight ?? {}
  if (wait.condition === 'Preflighted' && isPreflighted(wait, observed) && refused !== undefined)
    return { kind: 'failed', ...refusal(host, refused) }
  const failure = failureSince(host, wait.since)
  if (failure && !isExcused(host, wait, observed)) return { kind: 'failed', ...failure }
  const hung = hungStart(host, wait)
  if (hung !== undefined) return { kind: 'failed', code: 'BROKER_PROCESS_FAILED', detail: hung }
  const doing = problemOf(host) ?? `Kafka is ${observed.process.state}${togetherAt(host)}`
  const reason = `revision ${observed.observedRevision} of ${wait.revision}; ${doing}`
  if (wait.condition !== 'Rebooted' || isInNewBoot(host)) return { kind: 'waiting', reason }
  const away = `the machine has not come back from its reboot; it was last heard of at ${host.reportedAt}`
  return { kind: 'waiting', reason: `${away}; ${doing}`, code: 'HOST_NOT_BACK' }
}
