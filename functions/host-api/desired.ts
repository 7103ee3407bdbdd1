import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { currentHost } from './current-host.ts'
import type { HostIdentity } from './identity.ts'

/** How often the record is looked at while a host waits for news, in milliseconds. */
const LOOK_PAUSE_MILLISECONDS = 200

/** The longest that a host may wait for news, in seconds: below API Gateway's limit of 29. */
const LONGEST_WAIT_SECONDS = 20

/** What a host asks: for anything newer than `after`, and for how long it would wait. */
interface DesiredQuery {
  readonly generation: number
  readonly after: number
  readonly waitSeconds: number
}

/**
 * The desired state, if it is newer than `after`; otherwise nothing, once the wait is over. A wait costs what a function costs
 * for as long, so where `waitsWhileIdle` is not set a host waits only while an operation runs; else it is answered at
 * once and asks again after a pause of its own, by which the first news of an operation may be late.
 */
export async function desired(
  ports: Needed<'store' | 'clock'>,
  identity: HostIdentity,
  query: DesiredQuery,
  { waitsWhileIdle }: { readonly waitsWhileIdle: boolean },
): Promise<DesiredHost | undefined> {
  const begunAt = ports.clock.now()
  let until: number | undefined
  for (;;) {
    const host = await currentHost(ports, identity, query.generation)
    if (host.desired && host.desired.revision > query.after) return host.desired
    until ??= waitsWhileIdle || (await isBusy(ports, identity)) ? begunAt + longest(query) : begunAt
    if (ports.clock.now() >= until) return undefined
    await ports.clock.sleep(LOOK_PAUSE_MILLISECONDS)
  }
}

function longest({ waitSeconds }: DesiredQuery): number {
  return Math.min(waitSeconds, LONGEST_WAIT_SECONDS) * 1000
}

async function isBusy({ store }: Needed<'store'>, { tenantId, clusterId }: HostIdentity): Promise<boolean> {
  return (await loadCluster(store, tenantId, clusterId)).record.activeOperationId !== undefined
}
