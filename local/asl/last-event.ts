import type { ExecutionDescription } from './history.ts'

const TYPES = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
  RUNNING: 'ExecutionStarted',
} as const

/** The last event of an ended execution as one line of JSON. */
export function lastEventLine({ status, output, error, cause }: ExecutionDescription): string {
  return JSON.stringify({ type: TYPES[status], output, error, cause })
}
