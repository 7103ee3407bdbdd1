/**
 * How the agent ends. After `stale` the host's init must not start it again: a newer process owns this host. By `reboot` a
 * local host asks its init to take it down, to be switched on again; a machine of its own is told by systemd.
 */
export const exitCodes = { told: 0, failed: 1, stale: 75, reboot: 76 } as const
