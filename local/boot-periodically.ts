import type { Needed } from '../shared/ports/ports.ts'
import type { LocalFleet } from './local-fleet.ts'
import { repeatedly } from './repeatedly.ts'

/** How soon a host that reboots is seen to be down: little beside the start of Kafka that follows. */
const PAUSE_SECONDS = 0.5

/** Switches hosts on again that went down in order to reboot, until it is stopped. What went down otherwise stays so. */
export function bootPeriodically({
  hosts,
  clock,
  log,
}: Needed<'clock' | 'log'> & { readonly hosts: Pick<LocalFleet, 'bootAgain'> }): () => Promise<void> {
  const work = () => hosts.bootAgain()
  return repeatedly({ clock, log }, { pauseSeconds: PAUSE_SECONDS, failure: 'a host did not come on again', work })
}
