import { DomainError } from '../errors/domain-error.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord, OperationRecord } from '../records/cluster.ts'
import type { Requester } from './accept-create.ts'
import { acceptOperation, assertMayBegin } from './accept-operation.ts'
import type { StatePorts } from './change-cluster.ts'
import { loadHost } from './load.ts'
import { isHeard } from './silence.ts'

/** A machine, and up to six hours of log recovery and catching up (kafka-operations §5.8). */
const MINUTES_PER_NODE = 390

/**
 * Accepts the repair of a broker that does not serve. When none of the cluster does, all of them are repaired: one alone
 * would wait for the others for ever. A broker that serves, or is in log recovery, is left alone: STATUS_NOT_ALLOWED.
 */
export async function acceptRepair(
  ports: StatePorts,
  requester: Requester,
  clusterId: string,
  nodeId: number,
  also: (operation: OperationRecord) => readonly Write[] = () => [],
): Promise<OperationRecord> {
  return acceptOperation(
    ports,
    requester,
    clusterId,
    async (cluster, brokers) => {
      assertMayBegin(cluster, 'repairBrokers')
      await assertNeedsRepair(ports, cluster, brokers, nodeId)
      const nodes = brokers.every(isDown) ? brokers.map((broker) => broker.nodeId) : [nodeId]
      return { type: 'repairBrokers', nodes, deadlineMinutes: MINUTES_PER_NODE * nodes.length, warnings: [] }
    },
    also,
  )
}

const isDown = ({ status, health }: BrokerRecord) => status === 'Error' || health !== 'Healthy'

async function assertNeedsRepair(
  ports: StatePorts,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  nodeId: number,
): Promise<void> {
  const { tenantId, clusterId } = cluster
  const refuse = (why: string) => new DomainError('STATUS_NOT_ALLOWED', why, { metadata: { clusterId, nodeId } })
  const broker = brokers.find((candidate) => candidate.nodeId === nodeId)
  if (!broker) throw new DomainError('BROKER_NOT_FOUND', `Cluster ${clusterId} has no broker ${nodeId}.`)
  // It is billed from the moment on at which it came up.
  if (cluster.ledgerSequence === 0) throw refuse('The cluster never came up; it can only be deleted.')
  if (!isDown(broker)) throw refuse(`Broker ${nodeId} serves; there is nothing to repair.`)
  const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
  if (host && isHeard(host, ports.clock.now()) && host.observed?.process.state === 'Recovering')
    throw refuse(`Broker ${nodeId} is in log recovery, which must not be interrupted.`)
}
