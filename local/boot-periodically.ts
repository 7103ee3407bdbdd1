import type { Needed } from '../shared/ports/ports.ts'
import type { LocalFleet } from './local-fleet.ts'

/** How soon a host that reboots is seen to be down: little beside the start of Kafka that follows. */
const PAUSE_SECONDS = 0.5

/** Switches hosts on again that went down in order to reboot, until it is stopped. What went down otherwise stays so. */
export function bootPeriodically({
  hosts,
  clock,
  log,
}: Needed<'clock' | 'log'> & { readonly hosts: Pick<LocalFleet, 'bootAgain'> }): () => Promise<void> {
  const stopping = new AbortController()
  const booting = (async () => {
    while (!stopping.signal.aborted) {
      await hosts.bootAgain().catch((thrown) => log.error('a host did not come on again', {}, thrown))
      await clock.sleep(PAUSE_SECONDS * 1000, stopping.signal).catch(() => undefined)
    }
  })()
  return async () => {
    stopping.abort()
    await booting
  }
}
