import type { Json } from '../../shared/ports/store.ts'

/** The longest input, output, result or argument, in UTF-8 bytes of JSON: 256 KiB, the service's hard limit. */
export const MAX_PAYLOAD_BYTES = 262_144

/** A state failed. `error` is what Retry and Catch match; a Fail state may have neither error nor cause. */
export class StateFailure extends Error {
  override readonly name = 'StateFailure'
  readonly error: string | undefined
  override readonly cause: string | undefined

  constructor(error: string | undefined, cause: string | undefined) {
    super(`${error ?? 'no error name'}: ${cause ?? ''}`)
    this.error = error
    this.cause = cause
  }
}

/** Errors that `States.ALL` and `States.TaskFailed` do not match: only their own names do. */
const NOT_WILD = new Set(['States.Runtime', 'States.DataLimitExceeded'])

/** Whether a Retrier or Catcher with these `ErrorEquals` takes the error. */
export function matchesError(errorEquals: readonly string[], error: string | undefined): boolean {
  if (error !== undefined && errorEquals.includes(error)) return true
  if (error !== undefined && NOT_WILD.has(error)) return false
  if (errorEquals.includes('States.ALL')) return true
  return errorEquals.includes('States.TaskFailed') && error !== undefined && error !== 'States.Timeout'
}

/** `{Error, Cause}` as `$states.errorOutput` and a Catcher's default output show it. */
export function errorOutput(failure: StateFailure): Json {
  return {
    ...(failure.error === undefined ? {} : { Error: failure.error }),
    ...(failure.cause === undefined ? {} : { Cause: failure.cause }),
  }
}

/** Fails with `States.DataLimitExceeded` when the value is longer than the service lets through. */
export function checkPayload(value: Json, what: string): void {
  if (payloadBytes(value) > MAX_PAYLOAD_BYTES)
    throw new StateFailure(
      'States.DataLimitExceeded',
      `The ${what} is longer than the maximum of ${MAX_PAYLOAD_BYTES} bytes.`,
    )
}

/** How long the value is as the service counts it. */
export function payloadBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value))
}
