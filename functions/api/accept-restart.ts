import type { Plan } from '../../shared/contract/plan.ts'
import type { RestartMode } from '../../shared/contract/restart.ts'
import { planRestart, type SeenKafka } from '../../shared/planner/plan-restart.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { acceptOperation, assertMayBegin } from '../../shared/state/accept-operation.ts'
import { refuseJoining } from '../../shared/state/accept-repair.ts'
import { deadlineMinutes } from '../../shared/state/deadline-minutes.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import type { Requester } from '../../shared/state/requester.ts'
import type { Idempotency } from './idempotency.ts'
import { acceptedOperation } from './views/operation.ts'

type RestartPorts = Needed<'store' | 'clock' | 'ids' | 'kafka'>

/** Which nodes shall be restarted, and how. */
export interface RequestedRestart {
  readonly clusterId: string
  readonly nodes: readonly number[] | 'all'
  readonly mode: RestartMode
  readonly validateOnly: boolean
}

/**
 * Accepts the restart of some nodes of a cluster as its plan says, with a warning that names what cannot be protected
 * meanwhile; or shows the plan only, reasons against it included, and writes nothing.
 */
export async function acceptRestart(
  ports: RestartPorts,
  requester: Requester,
  requested: RequestedRestart,
  idempotency: Idempotency,
) {
  const { clusterId, validateOnly } = requested
  const { record: seen } = await loadCluster(ports.store, requester.tenantId, clusterId)
  if (!validateOnly) assertMayBegin(seen, 'rebootBrokers')
  const plan = await restartPlan(ports, seen, requested)
  if (validateOnly) return { status: 200 as const, body: plan }
  const nodes = plan.phases.flatMap((phase) => phase.nodes)
  const accepted = (operation: OperationRecord) => ({
    status: 202 as const,
    headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
    body: acceptedOperation(operation, nodes.length),
  })
  const operation = await acceptOperation(
    ports,
    requester,
    clusterId,
    () => ({
      type: 'rebootBrokers',
      nodes,
      deadlineMinutes: deadlineMinutes(plan),
      warnings: plan.warnings,
      plan,
    }),
    (created) => [idempotency.keep(accepted(created))],
  )
  return accepted(operation)
}

async function restartPlan(
  ports: RestartPorts,
  cluster: ClusterRecord,
  { nodes, mode }: RequestedRestart,
): Promise<Plan> {
  const { tenantId, clusterId } = cluster
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  if (nodes !== 'all') for (const nodeId of nodes) refuseJoining(brokers, nodeId)
  const meant = brokers.filter(
    ({ nodeId, joining }) => joining === undefined && (nodes === 'all' || nodes.includes(nodeId)),
  )
  const facts = await loadPlanFacts(ports, tenantId, clusterId)
  const blind = planRestart(cluster, meant, mode, facts)
  // Where it would be refused anyway, there may be no Kafka to ask.
  return blind.blockers.length > 0
    ? blind
    : planRestart(cluster, meant, mode, facts, await look(ports, cluster, brokers))
}

async function look(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
): Promise<SeenKafka> {
  const target = kafkaTarget(cluster, brokers)
  const [{ leaderId }, topics] = await Promise.all([kafka.quorum(target), kafka.topics(target)])
  const minimums = await kafka.minInSyncReplicas(
    target,
    topics.map(({ name }) => name),
  )
  return { leaderId, topics, minInSync: (topic) => minimums.get(topic) ?? 1 }
}
