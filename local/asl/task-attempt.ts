import type { ExecutionLog } from './execution-log.ts'

/** When an attempt of a Task times out, and as which error. */
export interface Deadline {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly error: 'States.Timeout' | 'States.HeartbeatTimeout'
}

/** Journal keys of one attempt of a Task. */
export function taskKeys(attempt: string) {
  return {
    scheduled: `${attempt}/scheduled`,
    started: `${attempt}/started`,
    submitted: `${attempt}/submitted`,
    heartbeat: `${attempt}/heartbeat`,
    outcome: `${attempt}/outcome`,
  }
}

/** The next deadline of a scheduled attempt, from what is journalled: the same before and after a restart. */
export function deadlineOf(log: ExecutionLog, attempt: string): Deadline | undefined {
  const keys = taskKeys(attempt)
  const scheduled = log.get(keys.scheduled)
  if (scheduled === undefined) return undefined
  const { timeoutInSeconds, heartbeatInSeconds } = scheduled.details
  const alive = log.get(keys.heartbeat) ?? scheduled
  const timeout = after(scheduled.timestamp, timeoutInSeconds)
  const heartbeat = after(alive.timestamp, heartbeatInSeconds)
  if (heartbeat < timeout) return { at: heartbeat, error: 'States.HeartbeatTimeout' }
  return timeout === Number.POSITIVE_INFINITY ? undefined : { at: timeout, error: 'States.Timeout' }
}

function after(timestamp: number, seconds: unknown): number {
  return typeof seconds === 'number' ? timestamp + seconds * 1000 : Number.POSITIVE_INFINITY
}

/** Whether a state or branch around the attempt has already ended, so that its result can no longer be wanted. */
export function isAbandoned(log: ExecutionLog, attempt: string): boolean {
  const parts = attempt.split('/')
  return parts.some((_, index) => {
    const around = parts.slice(0, index + 1).join('/')
    return ['exited', 'ended', 'settled'].some((end) => log.get(`${around}/${end}`) !== undefined)
  })
}
