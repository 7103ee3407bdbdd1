import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'
import { brokersOf, loadHost } from '../shared/state/load.ts'
import { ownedCluster } from './ownership.ts'
import { nodeOf, type StepInput } from './step.ts'

/** How many of the partitions on a broker are named. */
const NAMED_PARTITIONS = 5

/**
 * BROKER_NOT_EMPTY where a broker that is to go holds replicas by Kafka's own word, or is to hold some. One whose host was never told
 * to start Kafka holds none, whether Kafka can be asked or not. Answers how Kafka is reached, where it was asked.
 */
export async function assertEmpty(ports: Needed<'store' | 'kafka'>, input: StepInput) {
  const { tenantId, clusterId } = input
  const nodeId = nodeOf(input)
  const cluster = await ownedCluster(ports, input)
  const host = await loadHost(ports.store, tenantId, clusterId, nodeId)
  if (host?.record.desired === undefined) return undefined
  const target = kafkaTarget(cluster, await brokersOf(ports.store, tenantId, clusterId))
  const held = (await ports.kafka.topics(target)).flatMap(({ name, partitions }) =>
    partitions.filter(({ replicas }) => replicas.includes(nodeId)).map(({ partition }) => `${name}-${partition}`),
  )
  const coming = (await ports.kafka.reassignments(target))
    .filter(({ adding }) => adding.includes(nodeId))
    .map(({ topic, partition }) => `${topic}-${partition}`)
  const all = [...new Set([...held, ...coming])]
  if (all.length === 0) return target
  const named = all.slice(0, NAMED_PARTITIONS).join(', ')
  throw new DomainError(
    'BROKER_NOT_EMPTY',
    `Broker ${nodeId} holds replicas of ${all.length} partitions (${named}); it is not taken away with them.`,
    { metadata: { nodeId, partitions: all.length } },
  )
}
