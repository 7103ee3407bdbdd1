import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { currentHost } from './current-host.ts'
import type { HostIdentity } from './identity.ts'

/** How often the record is looked at while a host waits for news, in milliseconds. */
const LOOK_PAUSE_MILLISECONDS = 200

/** The longest that a host may wait for news, in seconds: below API Gateway's limit of 29. */
export const LONGEST_WAIT_SECONDS = 20

/** The desired state, if it is newer than `after`; otherwise nothing, once the wait is over. */
export async function desired(
  ports: Needed<'store' | 'clock'>,
  identity: HostIdentity,
  query: { readonly generation: number; readonly after: number; readonly waitSeconds: number },
): Promise<DesiredHost | undefined> {
  const until = ports.clock.now() + Math.min(query.waitSeconds, LONGEST_WAIT_SECONDS) * 1000
  for (;;) {
    const host = await currentHost(ports, identity, query.generation)
    if (host.desired && host.desired.revision > query.after) return host.desired
    if (ports.clock.now() >= until) return undefined
    await ports.clock.sleep(LOOK_PAUSE_MILLISECONDS)
  }
}
