/** How the agent ends. After `stale` the host's init must not start it again: a newer process owns this host. */
export const exitCodes = { told: 0, failed: 1, stale: 75 } as const
