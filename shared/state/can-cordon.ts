import { finalisedLevels } from './finalised-levels.ts'

/** The level of metadata from which on Kafka itself keeps replicas off a broker that is cordoned: 4.3-IV0 (KIP-1066). */
const CORDON_LEVEL = 30

/** Tells whether a cluster's Kafka can be told to put nothing new on a broker. */
export function canCordon(cluster: Parameters<typeof finalisedLevels>[0]): boolean {
  return finalisedLevels(cluster)['metadata.version'] >= CORDON_LEVEL
}
