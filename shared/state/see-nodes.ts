import type { SeenNodes } from '../kafka-safety/feature-gates.ts'
import type { Needed } from '../ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { kafkaTarget } from './kafka-target.ts'

/** Asks every node of a cluster what it supports, and Kafka who is registered. */
export async function seeNodes(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
): Promise<SeenNodes> {
  const target = kafkaTarget(cluster, nodes)
  const [view, { brokers }, registered] = await Promise.all([
    kafka.features(target),
    kafka.brokers(target),
    kafka.registeredBrokers(target),
  ])
  return {
    view,
    serving: brokers.map(({ nodeId }) => nodeId),
    registered: registered === 'unknown' ? registered : registered.map(({ nodeId }) => nodeId),
  }
}
