import type { EarlierAttempt, OperationError, OperationRecord } from '../records/operation.ts'

/** How many attempts of an operation are told of: enough for any that people take up by hand, and a bound on the record. */
export const ATTEMPTS_TOLD = 10

/**
 * The attempts before the next one, the one that ends now among them. Kafka's log lines are left out: the newest failure has
 * its own, and ten times fifty lines would be more than a record holds.
 */
export function withAttemptEnded(
  { earlier = [], attempt, startedAt }: OperationRecord,
  ended: { readonly state: EarlierAttempt['state']; readonly at: string; readonly error?: OperationError | undefined },
): readonly EarlierAttempt[] {
  const { logLines: _, ...error } = ended.error ?? {}
  const hasBegun = startedAt !== undefined && startedAt >= (earlier.at(-1)?.endedAt ?? '')
  const told = {
    attempt,
    ...(hasBegun && { startedAt }),
    endedAt: ended.at,
    state: ended.state,
    ...('code' in error && { error }),
  }
  return [...earlier, told].slice(1 - ATTEMPTS_TOLD)
}

/** When the present attempt was asked for. */
export function attemptedAt({ earlier = [], createdAt, resumedAt }: OperationRecord): string {
  return resumedAt ?? earlier.at(-1)?.endedAt ?? createdAt
}
