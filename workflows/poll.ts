import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { POLL_CALL_SECONDS } from './retry.ts'

/** From one look to the next within one call: short, because what is awaited usually comes within seconds. */
const LOOK_INTERVAL_MILLISECONDS = 300

/**
 * Looks until `look` answers nothing (it is there), for at most one call's time; then NOT_YET with the last reason, and
 * the workflow calls again after a pause. What `look` throws ends the poll at once.
 */
export async function pollOneCall(
  ports: Needed<'clock'>,
  look: () => Promise<string | undefined>,
  intervalMilliseconds = LOOK_INTERVAL_MILLISECONDS,
  callSeconds = POLL_CALL_SECONDS,
): Promise<void> {
  const until = ports.clock.now() + callSeconds * 1000
  for (;;) {
    const nextAt = ports.clock.now() + intervalMilliseconds
    const missing = await look()
    if (missing === undefined) return
    if (ports.clock.now() >= until) throw new DomainError('NOT_YET', missing)
    await ports.clock.sleep(Math.max(0, nextAt - ports.clock.now()))
  }
}
