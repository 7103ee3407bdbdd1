/**
 * The features whose levels a release finalises. `kraft.version` is not among them and never is sent: it would turn the static
 * quorum into a dynamic one for good (kafka-operations §3).
 */
export const KAFKA_FEATURES = [
  'metadata.version',
  'group.version',
  'transaction.version',
  'eligible.leader.replicas.version',
  'share.version',
  'streams.version',
] as const

/** A feature of Kafka that has levels. */
export type KafkaFeature = (typeof KAFKA_FEATURES)[number]

/** Levels of features; one that is not named is at level 0, which is off. Every cluster has metadata at some level. */
export type FeatureLevels = Readonly<Partial<Record<KafkaFeature, number>>> & { readonly 'metadata.version': number }

/** A release of Apache Kafka that tenants may order. Dates are calendar days, UTC. */
interface KafkaVersionRow {
  readonly recommended: boolean
  readonly supportedFrom: string
  readonly supportedUntil: string
  /** What `kafka-storage format --release-version` gets: the name of its level of metadata. */
  readonly metadataVersion: string
  /**
   * What a cluster of this release is born with, and what finalising an upgrade to it brings: the newest level of metadata
   * that the release knows, by which it is told from others, and the levels that it gives the other features by default.
   */
  readonly featureLevels: FeatureLevels
}

/** The releases. A cluster near the end of support says so in its warnings. */
export const KAFKA_VERSIONS = {
  '3.7.1': {
    recommended: true,
    supportedFrom: '2024-11-01',
    supportedUntil: '2027-06-30',
    metadataVersion: '3.7-IV4',
    featureLevels: { 'metadata.version': 19 },
  },
  '3.9.2': {
    recommended: false,
    supportedFrom: '2026-03-01',
    supportedUntil: '2027-12-31',
    metadataVersion: '3.9-IV0',
    featureLevels: { 'metadata.version': 21 },
  },
  '4.3.1': {
    recommended: false,
    supportedFrom: '2026-09-01',
    supportedUntil: '2028-08-31',
    metadataVersion: '4.3-IV0',
    featureLevels: {
      'metadata.version': 30,
      'group.version': 1,
      'transaction.version': 2,
      'eligible.leader.replicas.version': 1,
      'share.version': 1,
      'streams.version': 1,
    },
  },
} as const satisfies Record<string, KafkaVersionRow>

/** A version that can be ordered. */
export type KafkaVersion = keyof typeof KAFKA_VERSIONS

/** The versions, as a non-empty list for schemas. */
export const KAFKA_VERSION_NAMES = Object.keys(KAFKA_VERSIONS) as [KafkaVersion, ...KafkaVersion[]]

/** The levels that finalising a release brings. */
export function levelsOfRelease(version: KafkaVersion): FeatureLevels {
  return KAFKA_VERSIONS[version].featureLevels
}

/**
 * The name of a level of metadata, for `kafka-storage format --release-version`: of a level that somebody has finalised between
 * those of our releases, the name of the one below. A node on an empty volume joins what the others have, whatever it was formatted
 * for; its release must only know the name.
 */
export function metadataVersionName(levels: FeatureLevels): string {
  const level = levels['metadata.version']
  const rows = Object.values(KAFKA_VERSIONS).filter(({ featureLevels }) => featureLevels['metadata.version'] <= level)
  const row = rows.at(-1)
  if (!row) throw new TypeError(`no release of the catalogue has metadata level ${level} or a lower one`)
  return row.metadataVersion
}
