import { readdir } from 'node:fs/promises'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'

/** Tells whether a folder holds the jars of a release, by the one that cannot be missing. */
export async function hasBroker(folder: string, version: KafkaVersion): Promise<boolean> {
  const files = await readdir(folder).catch(() => [])
  return files.some((name) => name.startsWith('kafka_2.13-') && name.endsWith(`-${version}.jar`))
}
