import { type FeatureLevels, levelsOfRelease } from '../catalogue/kafka-versions.ts'
import type { ClusterRecord } from '../records/cluster.ts'

/**
 * The levels of features that a cluster works at. A release that was rolled onto it may know newer ones: they are finalised by an
 * operation of their own, and until then the release can be taken back.
 */
export function finalisedLevels({ featureLevels, spec }: Pick<ClusterRecord, 'featureLevels' | 'spec'>): FeatureLevels {
  return featureLevels ?? levelsOfRelease(spec.kafkaVersion)
}
