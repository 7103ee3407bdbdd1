import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { canCordon } from '../shared/state/can-cordon.ts'
import { kafkaTarget } from '../shared/state/kafka-target.ts'

/** The setting by which Kafka itself puts nothing new on a broker; who names it in an assignment is not kept off (KIP-1066, seen on 4.3.1). */
export const CORDON = 'cordoned.log.dirs'

/** All of its directories. */
const ALL = '*'

/** Has Kafka put nothing new on these brokers; each is told itself. Older clusters cannot be told so. */
export async function cordon(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  leaving: readonly BrokerRecord[],
): Promise<void> {
  if (!canCordon(cluster)) return
  const target = kafkaTarget(cluster, brokers)
  for (const { nodeId } of leaving) await kafka.overrideOnBroker(target, nodeId, { [CORDON]: ALL })
}

/** Takes that back, also from brokers that are down: the controllers are told. */
export async function uncordon(
  { kafka }: Needed<'kafka'>,
  cluster: ClusterRecord,
  brokers: readonly BrokerRecord[],
  kept: readonly BrokerRecord[],
): Promise<void> {
  if (!canCordon(cluster)) return
  const target = kafkaTarget(cluster, brokers)
  for (const { nodeId } of kept) await kafka.clearOverrides(target, nodeId, [CORDON])
}
