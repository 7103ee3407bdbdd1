/**
 * How every AWS client of a function calls. Without limits of its own a lost connection would hang until the function's
 * timeout; these leave room for several tries within the shortest of them.
 */
export const AWS_CLIENT_SETTINGS = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
} as const
