import { brokerGate, controllerGate } from '../shared/kafka-safety/roll-gates.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { hostsOf } from '../shared/state/load.ts'
import { problemOf } from '../shared/state/settle-host-wait.ts'
import { isHeard } from '../shared/state/silence.ts'
import { lookAtKafka } from './kafka-view.ts'
import type { StepInput } from './step.ts'
import { lookAtReplicas } from './sync-evidence.ts'

/**
 * Why this node may not be stopped now, or nothing: no other node is down or in log recovery, no partition is being moved,
 * and both the replicas and the quorum can do without it (kafka-operations §2.3 to §2.6).
 */
export async function closedGate(
  ports: Needed<'store' | 'kafka' | 'clock'>,
  input: StepInput,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  nodeId: number,
): Promise<string | undefined> {
  const troubled = await otherNodeNotRunning(ports, input, nodeId)
  if (troubled !== undefined) return troubled
  const target = kafkaTarget(cluster, brokers)
  const roles = brokers.find((broker) => broker.nodeId === nodeId)?.roles ?? []
  return lookAtKafka(async () => {
    // Side by side, so that the first answer is not old when the last one comes.
    const [moving, quorum, replicas] = await Promise.all([
      ports.kafka.reassignments(target),
      roles.includes('controller') ? ports.kafka.quorum(target) : undefined,
      roles.includes('broker') ? lookAtReplicas(ports, target) : undefined,
    ])
    const [first] = moving
    if (first)
      return `${moving.length} partitions are being moved between brokers, ${first.topic}-${first.partition} among them.`
    const gates = [
      ...(quorum ? [controllerGate(quorum, nodeId)] : []),
      ...(replicas ? [brokerGate(replicas.topics, replicas.minInSync, nodeId)] : []),
    ]
    return gates.flatMap((gate) => (gate.open ? [] : [gate.reason])).at(0)
  })
}

async function otherNodeNotRunning(
  ports: Needed<'store' | 'clock'>,
  input: StepInput,
  nodeId: number,
): Promise<string | undefined> {
  for (const host of await hostsOf(ports.store, input.tenantId, input.clusterId)) {
    const state = isHeard(host, ports.clock.now()) ? host.observed?.process.state : undefined
    if (host.nodeId === nodeId || state === 'Running') continue
    const problem = state === undefined ? undefined : problemOf(host)
    const why = problem === undefined ? '' : ` (${problem})`
    return `Node ${host.nodeId} is ${state ?? 'silent'}${why}; one node at a time may be down.`
  }
  return undefined
}
