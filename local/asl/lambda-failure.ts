/** The longest cause that the service keeps. */
const MAX_CAUSE_CHARACTERS = 32_768

/**
 * What a state machine gets to see of an error that a function threw: its name, and as the cause the report that the
 * Lambda runtime for Node makes of it.
 */
export function lambdaFailure(thrown: unknown): { readonly error: string; readonly cause: string } {
  const isError = thrown instanceof Error
  const errorType = isError ? thrown.name : typeof thrown
  const errorMessage = isError ? thrown.message : String(thrown)
  const trace = isError ? (thrown.stack ?? '').split('\n') : []
  const cause = JSON.stringify({ errorType, errorMessage, trace })
  return {
    error: errorType,
    cause:
      cause.length <= MAX_CAUSE_CHARACTERS
        ? cause
        : JSON.stringify({ errorType, errorMessage: errorMessage.slice(0, MAX_CAUSE_CHARACTERS / 8), trace: [] }),
  }
}
