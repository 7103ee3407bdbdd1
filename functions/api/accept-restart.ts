import { unprotectedPartitions } from '../../shared/kafka-safety/roll-gates.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord, OperationRecord } from '../../shared/records/cluster.ts'
import type { Requester } from '../../shared/state/accept-create.ts'
import { acceptOperation, assertMayBegin } from '../../shared/state/accept-operation.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { loadBrokers, loadCluster } from '../../shared/state/load.ts'
import type { Idempotency } from './idempotency.ts'
import { acceptedOperation } from './views/operation.ts'

/** Half an hour for each node, of which a restart takes seconds and a catch-up after a long log minutes (kafka-operations §5.3). */
const MINUTES_PER_NODE = 30

/** Partitions named in a warning; the number of all of them is said. */
const NAMED_PARTITIONS = 10

type RestartPorts = Needed<'store' | 'clock' | 'ids' | 'kafka'>

/** Accepts the restart of some nodes of a cluster, with a warning that names what cannot be protected meanwhile. */
export async function acceptRestart(
  ports: RestartPorts,
  requester: Requester,
  clusterId: string,
  nodes: readonly number[] | 'all',
  idempotency: Idempotency,
) {
  const { record: seen } = await loadCluster(ports.store, requester.tenantId, clusterId)
  assertMayBegin(seen, 'rebootBrokers')
  const brokers = (await loadBrokers(ports.store, requester.tenantId, clusterId)).map(({ record }) => record)
  const nodeIds = nodes === 'all' ? brokers.map(({ nodeId }) => nodeId) : nodes
  const warnings = await restartWarnings(ports, seen, brokers, nodeIds)
  const accepted = (operation: OperationRecord) => ({
    status: 202 as const,
    headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
    body: acceptedOperation(operation, nodeIds.length),
  })
  const operation = await acceptOperation(
    ports,
    requester,
    clusterId,
    () => ({ type: 'rebootBrokers', nodes: nodeIds, deadlineMinutes: MINUTES_PER_NODE * nodeIds.length, warnings }),
    (created) => [idempotency.keep(accepted(created))],
  )
  return accepted(operation)
}

async function restartWarnings(
  ports: RestartPorts,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  nodeIds: readonly number[],
): Promise<readonly string[]> {
  const target = kafkaTarget(cluster, brokers)
  const topics = await ports.kafka.topics(target)
  const minimums = await ports.kafka.minInSyncReplicas(
    target,
    topics.map(({ name }) => name),
  )
  const exposed = unprotectedPartitions(topics, (topic) => minimums.get(topic) ?? 1, nodeIds)
  if (exposed.length === 0) return []
  const named = exposed.slice(0, NAMED_PARTITIONS).join(', ')
  const more = exposed.length > NAMED_PARTITIONS ? ` and ${exposed.length - NAMED_PARTITIONS} more` : ''
  return [
    `${exposed.length} partitions have no replica to spare and will refuse writes while their broker restarts: ${named}${more}.`,
  ]
}
