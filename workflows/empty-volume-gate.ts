import { DomainError } from '../shared/errors/domain-error.ts'
import { type ClosedGate, closedReplicaGate, closedVoterGate } from '../shared/kafka-safety/empty-volume-gates.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import { timestamp } from '../shared/state/change-cluster.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { brokersOf, hostsOf } from '../shared/state/load.ts'
import { changeOwnedHost, operationOf, ownedCluster } from './ownership.ts'
import { nodeOf, type StepInput } from './step.ts'

/** How long a guard may stay closed with every other node up: after a restart of one, replicas are back within minutes. */
const PATIENCE_SECONDS = 600

/** What shows that another node is on its way: log recovery may take hours, and is waited for. */
const COMING_UP: ReadonlySet<string> = new Set(['Starting', 'Recovering', 'BackingOff'])

/**
 * The hard guards before an empty volume takes the place of a lost one, and again right before Kafka is started on it
 * (kafka-operations §5.8): first the quorum, then the replicas. NOT_YET while one is closed, and its own code when it stays
 * so: then a person has to decide.
 */
export async function passEmptyVolumeGate(
  ports: Needed<'store' | 'clock' | 'ids' | 'kafka'>,
  input: StepInput,
): Promise<void> {
  const { tenantId, clusterId } = input
  const nodeId = nodeOf(input)
  const cluster = await ownedCluster(ports, input)
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  const closed = await closedGate(ports, input, cluster, brokers)
  if (!closed) return
  const hosts = await hostsOf(ports.store, tenantId, clusterId)
  const isComing = ({ nodeId: id, observed }: HostRecord) =>
    id !== nodeId && observed !== undefined && COMING_UP.has(observed.process.state)
  if (!hosts.some(isComing)) await refuseWhenPatienceEnds(ports, input, closed)
  throw new DomainError('NOT_YET', closed.reason)
}

async function closedGate(
  ports: Needed<'store' | 'kafka'>,
  input: StepInput,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
): Promise<ClosedGate | undefined> {
  const nodeId = nodeOf(input)
  const target = kafkaTarget(cluster, brokers)
  const roles = brokers.find((broker) => broker.nodeId === nodeId)?.roles ?? []
  try {
    if (roles.includes('controller')) {
      const controllers = brokers.filter((broker) => broker.roles.includes('controller'))
      const ids = controllers.map((controller) => controller.nodeId)
      const closed = closedVoterGate(await ports.kafka.quorum(target), ids, nodeId)
      if (closed) return closed
    }
    if (!roles.includes('broker')) return undefined
    const { repair } = await operationOf(ports, input)
    const acceptDataLoss = repair?.nodeId === nodeId && repair.acceptDataLoss
    return closedReplicaGate(await ports.kafka.topics(target), nodeId, acceptDataLoss)
  } catch (thrown) {
    if (!(thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE')) throw thrown
    return { code: 'KAFKA_UNAVAILABLE', reason: thrown.message }
  }
}

/** The time is kept with the host, so that it counts across the calls of this attempt. */
async function refuseWhenPatienceEnds(
  ports: Needed<'store' | 'clock' | 'ids'>,
  input: StepInput,
  { code, reason }: ClosedGate,
): Promise<void> {
  let since = ports.clock.now()
  await changeOwnedHost(ports, input, (host) => {
    const { emptyVolume } = host
    if (!emptyVolume) return host
    if (emptyVolume.closedSince === undefined)
      return { ...host, emptyVolume: { ...emptyVolume, closedSince: timestamp(ports) } }
    since = Date.parse(emptyVolume.closedSince)
    return host
  })
  if (ports.clock.now() - since < PATIENCE_SECONDS * 1000) return
  throw new DomainError(code, reason, { metadata: { nodeId: nodeOf(input) } })
}
