import type { PlanBlocker, PlanPhase } from '../contract/plan.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import type { ChangeContext, Consequence } from './consequence.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'

/** The brokers whose volumes are smaller than wanted, the unhealthy first and then the fullest: they need it most. */
export function brokersToExtend(
  brokers: readonly BrokerRecord[],
  volumeGiB: number,
  facts: PlanFacts,
): readonly BrokerRecord[] {
  const fullness = ({ nodeId }: BrokerRecord) => {
    const { usedBytes = 0, totalBytes = 1 } = facts.volumes?.get(nodeId) ?? {}
    return usedBytes / totalBytes
  }
  const isWell = ({ status, health }: BrokerRecord) => Number(status === 'Active' && health === 'Healthy')
  return brokers
    .filter((broker) => broker.roles.includes('broker') && broker.volumeGiB < volumeGiB && broker.joining === undefined)
    .toSorted((a, b) => isWell(a) - isWell(b) || fullness(b) - fullness(a) || a.nodeId - b.nodeId)
}

/** The phase that makes the volumes of all brokers at least so large, without a restart; none where they are. */
function extendPhase(brokers: readonly BrokerRecord[], volumeGiB: number, facts: PlanFacts): PlanPhase | undefined {
  const nodes = brokersToExtend(brokers, volumeGiB, facts).map(({ nodeId }) => nodeId)
  if (nodes.length === 0) return undefined
  return {
    kind: 'extendVolumes',
    nodes,
    restarts: 0,
    estimateSeconds: estimateSeconds('extendVolumes', nodes.length, facts),
  }
}

/** A volume that was changed a short while ago cannot be changed again yet; the fleet said until when. */
function tooSoonBlocker(
  brokers: readonly BrokerRecord[],
  volumeGiB: number,
  facts: PlanFacts,
): PlanBlocker | undefined {
  const earliestAt = brokersToExtend(brokers, volumeGiB, facts)
    .flatMap(({ volumeChangeableAt }) => volumeChangeableAt ?? [])
    .filter((at) => Date.parse(at) > facts.now)
    .toSorted()
    .at(-1)
  if (earliestAt === undefined) return undefined
  return {
    code: 'VOLUME_CHANGE_TOO_SOON',
    detail: `The volumes were changed a short while ago; they can be changed again from ${earliestAt}.`,
    pointer: '/brokers/volumeGiB',
    earliestAt,
  }
}

/** What another size of the volumes takes: they only grow, and not too soon after they were changed. */
export function compileVolume({ cluster, brokers, wanted, facts }: ChangeContext): Consequence {
  const [now, then] = [cluster.spec.brokers.volumeGiB, wanted.brokers.volumeGiB]
  const phase = then < now ? undefined : extendPhase(brokers, then, facts)
  if (phase === undefined) return { blockers: [notLarger(now, then)] }
  const tooSoon = tooSoonBlocker(brokers, then, facts)
  return { phase, blockers: tooSoon ? [tooSoon] : [] }
}

function notLarger(now: number, then: number): PlanBlocker {
  const pointer = '/brokers/volumeGiB'
  return then === now
    ? { code: 'VOLUME_NOT_LARGER', pointer, detail: `The volumes have ${now} GiB already; give a larger size.` }
    : { code: 'VOLUME_NOT_LARGER', pointer, detail: `A volume cannot shrink from ${now} to ${then} GiB.` }
}
