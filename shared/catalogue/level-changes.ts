import {
  type FeatureLevels,
  KAFKA_FEATURES,
  KAFKA_VERSION_NAMES,
  type KafkaFeature,
  type KafkaVersion,
  levelsOfRelease,
} from './kafka-versions.ts'

/** One feature that goes from one level to another; 0 is off. */
export interface LevelChange {
  readonly feature: KafkaFeature
  readonly from: number
  readonly to: number
}

/** What differs between two sets of levels, in the order in which it is finalised: metadata first, because the others are written in it. */
export function levelChanges(from: FeatureLevels, to: FeatureLevels): readonly LevelChange[] {
  return KAFKA_FEATURES.map((feature) => ({ feature, from: from[feature] ?? 0, to: to[feature] ?? 0 })).filter(
    (change) => change.from !== change.to,
  )
}

/** Tells whether the levels of a cluster are not yet those of a release, so that finalising it brings something. */
export function isUnfinalised(levels: FeatureLevels, version: KafkaVersion): boolean {
  return levelChanges(levels, levelsOfRelease(version)).length > 0
}

/** The newest release whose level of metadata is finalised. */
export function releaseOfLevels(levels: FeatureLevels): KafkaVersion | undefined {
  const level = levels['metadata.version']
  return KAFKA_VERSION_NAMES.findLast((version) => levelsOfRelease(version)['metadata.version'] <= level)
}
