/** The only source of time. Tests and simulations pass a virtual one; nothing else reads the wall clock or sleeps. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number
  /** Resolves after `milliseconds` of this clock's time, or rejects with the signal's reason when it aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
