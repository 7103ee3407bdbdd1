import type { Plan, PlanPhase } from '../contract/plan.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { estimateSeconds } from './estimates.ts'
import type { PlanFacts } from './facts.ts'
import { statusBlockers } from './plan-change.ts'

/** Kafka keeps what a consumer group without members has committed for a week (offsets.retention.minutes). */
const USUAL_OFFSETS_RETENTION_DAYS = 7

/** What a stop comes to: what is given back, what is billed on, and what clients have to know. */
export function planStop(cluster: ClusterRecord, nodes: readonly BrokerRecord[], facts: PlanFacts): Plan {
  const controllers = nodes.filter(({ roles }) => !roles.includes('broker')).length
  const offsets = cluster.spec.config['offsets.retention.minutes']
  const retention = offsets === undefined ? `${USUAL_OFFSETS_RETENTION_DAYS} days` : `${offsets} minutes`
  // All brokers together, then one controller after the other.
  return onePhase('stopCluster', cluster, nodes, facts, 1 + controllers, [
    'Clients lose the cluster until it is started again. Addresses, names, certificates, users and topics stay as they are.',
    `${nodes.length} machines are given back. ${volumesText(nodes)} are kept and billed on, and count against the limits as before.`,
    `Time goes on for what Kafka keeps: records past their retention are removed after the start, and so are offsets of consumer groups if the cluster stays stopped for longer than ${retention}.`,
  ])
}

/** What a start comes to. */
export const planStart: PlanPower = (...known) => planOfMachines('startCluster', ...known)

/** What a restore comes to: a start of what was deleted and is kept. */
export const planRestore: PlanPower = (...known) => planOfMachines('restoreCluster', ...known)

type PlanPower = (cluster: ClusterRecord, nodes: readonly BrokerRecord[], facts: PlanFacts) => Plan

function planOfMachines(
  kind: 'startCluster' | 'restoreCluster',
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  facts: PlanFacts,
): Plan {
  const isDedicated = nodes.some(({ roles }) => !roles.includes('controller'))
  return onePhase(kind, cluster, nodes, facts, isDedicated ? 2 : 1, [
    `${nodes.length} machines are taken anew, if the zones have them, and billed from the moment on at which the cluster is Active.`,
  ])
}

function onePhase(
  kind: Extract<PlanPhase['kind'], 'stopCluster' | 'startCluster' | 'restoreCluster'>,
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  facts: PlanFacts,
  rounds: number,
  warnings: string[],
): Plan {
  const seconds = estimateSeconds(kind, rounds, facts)
  const volumeGiB = nodes.reduce((sum, node) => sum + node.volumeGiB, 0)
  const billed = (released: boolean) => ({ machines: released ? 0 : nodes.length, volumeGiB })
  return {
    operation: kind,
    changes: [],
    phases: [{ kind, nodes: nodes.map(({ nodeId }) => nodeId), restarts: 0, estimateSeconds: seconds }],
    restarts: 0,
    estimateSeconds: seconds,
    billing: { before: billed(kind !== 'stopCluster'), after: billed(kind === 'stopCluster') },
    warnings,
    blockers: [...statusBlockers(cluster, kind)],
  }
}

function volumesText(nodes: readonly BrokerRecord[]): string {
  return `${nodes.length} volumes with ${nodes.reduce((sum, { volumeGiB }) => sum + volumeGiB, 0)} GiB`
}
