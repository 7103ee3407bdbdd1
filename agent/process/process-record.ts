import { z } from 'zod'
import { PROCESS_STATES } from '../../shared/host-protocol/report.ts'
import { backOffMilliseconds, restartBackOff } from '../back-off.ts'
import type { Exit } from './operating-system.ts'

/** All that is known of Kafka on this host; it outlives the agent in a file. Times are milliseconds since the epoch. */
export const ProcessRecord = z.strictObject({
  /** Of the boot in which this was so. */
  bootId: z.string(),
  state: z.enum(PROCESS_STATES),
  /** Present while a process lives. */
  identity: z.strictObject({ processId: z.int(), startTicks: z.int() }).optional(),
  startedAt: z.number().optional(),
  kafkaVersion: z.string().optional(),
  restartNonce: z.int().optional(),
  /** Where Kafka's log ended when the process started. */
  logStart: z.strictObject({ inode: z.int(), offset: z.int() }).optional(),
  servingSince: z.number().optional(),
  /** When this agent asked the process to end. */
  stopAskedAt: z.number().optional(),
  /** Unwanted ends since the process last served. */
  exitCount: z.int(),
  /** Unwanted ends since the process last served for a while: what the back-off counts. */
  failures: z.int(),
  retryAt: z.number().optional(),
  lastExit: z.strictObject({ code: z.int().nullable(), signal: z.string().nullable(), at: z.number() }).optional(),
  remainingLogs: z.int().optional(),
})
export type ProcessRecord = z.output<typeof ProcessRecord>

/** A host on which Kafka has not been started since it was switched on: what was before went with the power. */
export function noProcess(bootId: string): ProcessRecord {
  return { bootId, state: 'Absent', exitCount: 0, failures: 0 }
}

/** What the desired state wants of the process. */
export interface WantedProcess {
  readonly processState: 'Running' | 'Stopped'
  /** Until when it runs on, where it shall be stopped. */
  readonly stopAt?: string | undefined
  readonly restartNonce: number
}

/** How patient the host is with a process that shall end. */
export interface StopPolicy {
  readonly stopTimeoutMilliseconds: number
  readonly killAfterTimeout: boolean
}

/** What to do about the process now. `wait`: nothing before `until`. */
export type Action =
  | { readonly kind: 'none' | 'start' | 'terminate' | 'kill' }
  | { readonly kind: 'wait'; readonly until: number }

// Ends without ever serving that make a crash loop.
const crashLoopExits = 3
// A process that served this long was well: its end starts the back-off anew.
const steadyMilliseconds = 60_000
// Moments of a stop are agreed on for less than a minute ahead. Where one seems to be further away, this clock is wrong, and Kafka
// needs the time that is left for its stop.
const longestAgreedMilliseconds = 120_000

/** Decides what to do, from what is known alone. A live process is only ever ended by a stop or a new restart nonce. */
export function nextAction(record: ProcessRecord, wanted: WantedProcess, policy: StopPolicy, now: number): Action {
  if (record.identity !== undefined) return nextActionOnLiving(record, wanted, policy, now)
  if (wanted.processState === 'Stopped') return { kind: 'none' }
  const waits = record.retryAt !== undefined && now < record.retryAt && record.restartNonce === wanted.restartNonce
  return waits && record.retryAt !== undefined ? { kind: 'wait', until: record.retryAt } : { kind: 'start' }
}

function nextActionOnLiving(record: ProcessRecord, wanted: WantedProcess, policy: StopPolicy, now: number): Action {
  if (record.stopAskedAt !== undefined) {
    const until = record.stopAskedAt + policy.stopTimeoutMilliseconds
    if (now < until) return { kind: 'wait', until }
    return { kind: policy.killAfterTimeout ? 'kill' : 'none' }
  }
  if (wanted.processState === 'Stopped') return stopOf(wanted, now)
  // Whoever restarts a broker in log recovery makes it begin again.
  const mayRestart = record.state !== 'Recovering'
  return { kind: record.restartNonce !== wanted.restartNonce && mayRestart ? 'terminate' : 'none' }
}

/** A stop at the moment that was agreed on, or at once. */
function stopOf({ stopAt }: WantedProcess, now: number): Action {
  const until = stopAt === undefined ? now : Date.parse(stopAt)
  const isAhead = until > now && until <= now + longestAgreedMilliseconds
  return isAhead ? { kind: 'wait', until } : { kind: 'terminate' }
}

/** The process has ended. An end that was not asked for leads to another start, later each time. */
export function afterExit(record: ProcessRecord, exit: Exit, now: number): ProcessRecord {
  const { identity: _ended, stopAskedAt, servingSince, remainingLogs: _none, retryAt: _past, ...rest } = record
  const lastExit = { ...exit, at: now }
  if (stopAskedAt !== undefined) return { ...rest, state: 'Stopped', lastExit }
  const wasSteady = servingSince !== undefined && now - servingSince >= steadyMilliseconds
  const failures = (wasSteady ? 0 : record.failures) + 1
  const exitCount = record.exitCount + 1
  return {
    ...rest,
    state: exitCount >= crashLoopExits ? 'CrashLooping' : 'BackingOff',
    exitCount,
    failures,
    retryAt: now + backOffMilliseconds(restartBackOff, failures),
    lastExit,
  }
}

/** The process was started, by this agent or by one before it that could not write it down. */
export function afterStart(
  record: ProcessRecord,
  started: Required<Pick<ProcessRecord, 'identity' | 'kafkaVersion' | 'restartNonce' | 'logStart'>>,
  now: number,
): ProcessRecord {
  const { retryAt: _past, servingSince: _other, ...rest } = record
  // Somebody asked for this start: old failures do not make it wait when it fails.
  const forgiven = record.restartNonce === started.restartNonce ? {} : { exitCount: 0, failures: 0 }
  return { ...rest, ...forgiven, ...started, state: 'Starting', startedAt: now }
}

/** Something was changed that may have made the process fail: its next start does not wait, nor for long when it fails. */
export function afterMending(record: ProcessRecord): ProcessRecord {
  if (record.retryAt === undefined) return record
  const { retryAt: _past, ...rest } = record
  return { ...rest, failures: 0 }
}

/** The process was asked to end. */
export function afterStopAsked(record: ProcessRecord, now: number): ProcessRecord {
  return { ...record, state: 'Stopping', stopAskedAt: now }
}
