/**
 * The longest pause between two questions of a host for its desired state that are answered at once. It is also the longest that
 * an operation waits for its first host.
 */
export const LONGEST_POLL_PAUSE_SECONDS = 10

/** What a call of a host takes at most beside that, with a function that has to start first, in seconds. */
const LONGEST_CALL_SECONDS = 5

/** The longest until a host at rest has heard of a wish, where it asks now and then. */
export const HEARS_WITHIN_SECONDS = LONGEST_POLL_PAUSE_SECONDS + LONGEST_CALL_SECONDS

/**
 * The same where it waits for news all the time: it has them within a quarter of a second, and a few seconds after a control plane that was
 * just started again.
 */
export const HEARS_AT_ONCE_SECONDS = 5
