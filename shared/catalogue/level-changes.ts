import {
  type FeatureLevels,
  KAFKA_FEATURES,
  KAFKA_VERSION_NAMES,
  KAFKA_VERSIONS,
  type KafkaFeature,
  type KafkaVersion,
  levelsOfRelease,
} from './kafka-versions.ts'

/**
 * The releases whose levels a cluster can go back to from those of each: where no level between changed how metadata is written
 * (kafka-operations §5.7). From 3.9 to 3.7 nothing did; 4.0 and 4.3 each changed it.
 */
export const LEVEL_RETURNS = {
  '3.7.1': [],
  '3.9.2': ['3.7.1'],
  '4.3.1': [],
} as const satisfies Record<KafkaVersion, readonly KafkaVersion[]>

/** One feature that goes from one level to another; 0 is off. */
export interface LevelChange {
  readonly feature: KafkaFeature
  readonly from: number
  readonly to: number
}

/**
 * What differs between two sets of levels, in the order in which it is finalised: on the way up metadata first, because the others
 * are written in it; on the way down it comes last.
 */
export function levelChanges(from: FeatureLevels, to: FeatureLevels): readonly LevelChange[] {
  const changes = KAFKA_FEATURES.map((feature) => ({ feature, from: from[feature] ?? 0, to: to[feature] ?? 0 })).filter(
    (change) => change.from !== change.to,
  )
  return isBack(from, to) ? changes.toReversed() : changes
}

/** Tells whether metadata would go back to a lower level. */
function isBack(from: FeatureLevels, to: FeatureLevels): boolean {
  return to['metadata.version'] < from['metadata.version']
}

/** The levels with one of them changed; a feature that is off is not named. */
export function withLevel(levels: FeatureLevels, feature: KafkaFeature, level: number): FeatureLevels {
  if (feature === 'metadata.version') return { ...levels, 'metadata.version': level }
  const { [feature]: _, ...others } = levels
  return level === 0 ? others : { ...others, [feature]: level }
}

/** The newest release whose level of metadata is finalised. */
export function releaseOfLevels(levels: FeatureLevels): KafkaVersion | undefined {
  const level = levels['metadata.version']
  return KAFKA_VERSION_NAMES.findLast((version) => levelsOfRelease(version)['metadata.version'] <= level)
}

/** The releases whose levels a cluster can go back to. */
export function returnsOf(levels: FeatureLevels): readonly KafkaVersion[] {
  const release = releaseOfLevels(levels)
  return release === undefined ? [] : LEVEL_RETURNS[release]
}

/** Tells whether the levels of a cluster are not yet those of a release, so that finalising it brings something. */
export function isUnfinalised(levels: FeatureLevels, version: KafkaVersion): boolean {
  return levelChanges(levels, KAFKA_VERSIONS[version].featureLevels).length > 0
}
