/** The Apache Kafka releases Weir runs; each has its jar list in `agent/kafka/<version>` and its key table in `config-keys/`. */
export const kafkaVersions = ['3.7.1', '3.9.2', '4.3.1'] as const

/** One of the releases Weir runs. */
export type KafkaVersion = (typeof kafkaVersions)[number]

/** Tells whether a text names a release Weir runs. */
export function isKafkaVersion(text: string): text is KafkaVersion {
  return kafkaVersions.some((version) => version === text)
}

/** The `major.minor` of a release, which is also the name `kafka-storage format --release-version` takes. */
export function releaseLine(version: KafkaVersion): string {
  return version.split('.').slice(0, 2).join('.')
}

/** Tells whether a release belongs to the 4.x line, which logs through log4j2 and knows share groups. */
export function isKafka4(version: KafkaVersion): boolean {
  return version.startsWith('4.')
}
