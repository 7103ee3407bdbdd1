/** A release of Apache Kafka that tenants may order. Dates are calendar days, UTC. */
interface KafkaVersionRow {
  readonly recommended: boolean
  readonly supportedFrom: string
  readonly supportedUntil: string
  /** What `kafka-storage format --release-version` gets: the metadata level the cluster is born with. */
  readonly metadataVersion: string
  /** The same as Kafka counts it: the newest level that the release knows, and so how it is told from others. */
  readonly metadataLevel: number
}

/** The releases. A cluster near the end of support says so in its warnings. */
export const KAFKA_VERSIONS = {
  '3.7.1': {
    recommended: true,
    supportedFrom: '2024-11-01',
    supportedUntil: '2027-06-30',
    metadataVersion: '3.7-IV4',
    metadataLevel: 19,
  },
  '3.9.2': {
    recommended: false,
    supportedFrom: '2026-03-01',
    supportedUntil: '2027-12-31',
    metadataVersion: '3.9-IV0',
    metadataLevel: 21,
  },
  '4.3.1': {
    recommended: false,
    supportedFrom: '2026-09-01',
    supportedUntil: '2028-08-31',
    metadataVersion: '4.3-IV0',
    metadataLevel: 30,
  },
} as const satisfies Record<string, KafkaVersionRow>

/** A version that can be ordered. */
export type KafkaVersion = keyof typeof KAFKA_VERSIONS

/** The versions, as a non-empty list for schemas. */
export const KAFKA_VERSION_NAMES = Object.keys(KAFKA_VERSIONS) as [KafkaVersion, ...KafkaVersion[]]
