import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Plan, PlanPhase } from '../contract/plan.ts'
import type { BrokerRecord } from '../records/cluster.ts'

type Billed = NonNullable<Plan['billing']>['before']

/** What a change of what was ordered does to the bill; nothing where no machine and no volume comes, grows or goes. */
export function billingOf(
  brokers: readonly BrokerRecord[],
  wanted: ClusterSpec,
  phases: readonly PlanPhase[],
): Plan['billing'] {
  const nodesOf = (kind: PlanPhase['kind']) => phases.flatMap((phase) => (phase.kind === kind ? phase.nodes : []))
  const [coming, leaving, growing] = [nodesOf('expandBrokers'), nodesOf('shrinkBrokers'), nodesOf('extendVolumes')]
  if (coming.length + leaving.length + growing.length === 0) return undefined
  const { volumeGiB } = wanted.brokers
  const now = brokers.filter(({ joining }) => joining === undefined)
  const staying = now.filter(({ nodeId }) => !leaving.includes(nodeId))
  const grown = staying.map((node) => (growing.includes(node.nodeId) ? { volumeGiB } : node))
  return { before: billed(now), after: billed([...grown, ...coming.map(() => ({ volumeGiB }))]) }
}

function billed(nodes: readonly { readonly volumeGiB: number }[]): Billed {
  return { machines: nodes.length, volumeGiB: nodes.reduce((sum, node) => sum + node.volumeGiB, 0) }
}
