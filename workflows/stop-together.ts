import { HEARS_WITHIN_SECONDS } from '../shared/host-protocol/polling.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import { changeCluster } from '../shared/state/change-cluster.ts'
import { hostsOf } from '../shared/state/load.ts'
import type { StepInput } from './step.ts'

/** Agents that refuse a desired state with a moment as a whole, because they do not know of such; they stop at once. */
const AGENTS_WITHOUT_MOMENTS: ReadonlySet<string> = new Set(['0.1.0', '0.2.0'])

/** From the choice of the moment until the wishes of all nodes are written, by functions that may have to start first. */
const WRITING_SECONDS = 3

/**
 * The moment at which Kafka stops on a node that is broker and controller: the same for all of them, and late enough that every
 * host has heard of it. A broker is let go by the controllers, up to two seconds after it has asked; where two of three were gone
 * by then, the third would wait for Kafka's five minutes in vain. Whoever comes when the moment is past chooses one for the nodes
 * that are left. Nothing where the node stops at once: others, and agents that do not know of such.
 */
export async function agreedMoment(
  ports: Needed<'store' | 'clock' | 'ids'>,
  input: StepInput,
  { roles }: BrokerRecord,
  { desired, observed }: HostRecord,
): Promise<string | undefined> {
  const isCombined = roles.includes('broker') && roles.includes('controller')
  const isAsked = desired?.kafka.processState === 'Stopped'
  if (!isCombined || isAsked || AGENTS_WITHOUT_MOMENTS.has(observed?.agentVersion ?? '')) return undefined
  const hosts = await hostsOf(ports.store, input.tenantId, input.clusterId)
  const heardBy = Math.max(...hosts.map(({ hearsWithinSeconds = HEARS_WITHIN_SECONDS }) => hearsWithinSeconds))
  return changeCluster(ports, input, (draft) => {
    const now = ports.clock.now()
    const { stopAt: agreed } = draft.operation()
    if (agreed !== undefined && Date.parse(agreed) > now) return agreed
    const stopAt = new Date(now + (heardBy + WRITING_SECONDS) * 1000).toISOString()
    draft.setOperation({ stopAt })
    return stopAt
  })
}
