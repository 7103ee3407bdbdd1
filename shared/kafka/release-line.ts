import type { KafkaVersion } from '../catalogue/kafka-versions.ts'

/** Tells whether a release belongs to the 4.x line, which logs through log4j 2 and knows share groups. */
export function isKafka4(version: KafkaVersion): boolean {
  return version.startsWith('4.')
}
