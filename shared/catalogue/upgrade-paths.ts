import {
  type FeatureLevels,
  KAFKA_FEATURES,
  KAFKA_VERSION_NAMES,
  type KafkaVersion,
  levelsOfRelease,
} from './kafka-versions.ts'

/**
 * Which releases may be rolled onto a cluster of each: Kafka 4 takes over from every release since 3.3 that runs without
 * ZooKeeper, so no release between need be passed. 4.2.0 never becomes a target: nodes of both releases side by side fail there
 * (KAFKA-20322, mended in 4.2.1).
 */
export const UPGRADE_PATHS = {
  '3.7.1': ['3.9.2', '4.3.1'],
  '3.9.2': ['4.3.1'],
  '4.3.1': [],
} as const satisfies Record<KafkaVersion, readonly KafkaVersion[]>

/** Tells whether nodes may be brought from one release to another, in either direction, as far as the releases are concerned. */
export function isOnPath(from: KafkaVersion, to: KafkaVersion): boolean {
  const [older, newer] = isNewer(from, to) ? [to, from] : [from, to]
  const newerOnes: readonly KafkaVersion[] = UPGRADE_PATHS[older]
  return older === newer || newerOnes.includes(newer)
}

/** Tells whether a release came after another one; the rows of the catalogue stand in that order. */
export function isNewer(version: KafkaVersion, other: KafkaVersion): boolean {
  return KAFKA_VERSION_NAMES.indexOf(version) > KAFKA_VERSION_NAMES.indexOf(other)
}

/** The oldest of some releases. */
export function oldestOf(first: KafkaVersion, ...others: readonly KafkaVersion[]): KafkaVersion {
  return others.reduce((oldest, version) => (isNewer(oldest, version) ? version : oldest), first)
}

/** The features that are finalised at a level that a release does not know: with any of them it cannot be started. */
export function levelsBeyond(version: KafkaVersion, finalised: FeatureLevels): readonly string[] {
  const known = levelsOfRelease(version)
  return KAFKA_FEATURES.filter((feature) => (finalised[feature] ?? 0) > (known[feature] ?? 0)).map(
    (feature) => `${feature} ${finalised[feature]}`,
  )
}
