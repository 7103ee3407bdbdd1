/**
 * How every AWS client of a function calls. Without limits of its own a lost connection would hang until the function's
 * timeout; these leave room for several tries within the shortest of them.
 */
export const AWS_CLIENT_SETTINGS = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 },
} as const

/**
 * How services are called that make machines and load balancers: that takes longer than other things, and all calls of an
 * account share one rate, so the client slows down by itself when it is told to.
 */
export const FLEET_CLIENT_SETTINGS = {
  maxAttempts: 5,
  retryMode: 'adaptive',
  requestHandler: { connectionTimeout: 1000, requestTimeout: 10_000 },
} as const
