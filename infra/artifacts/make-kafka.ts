import { join } from 'node:path'
import { checksums, FetchError, fetchKafka } from '../../agent/kafka/fetch.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { pack } from './archive.ts'
import { sha256Of } from './digest.ts'

/** Packs the jars of a release. Each is checked against its pin once more: it may have lain in the cache for long. */
export async function makeKafka(version: KafkaVersion, file: string): Promise<void> {
  const folder = await fetchKafka(version)
  const pinned = await checksums(version)
  for (const [name, sha256] of pinned) {
    if ((await sha256Of(join(folder, name))) !== sha256)
      throw new FetchError(`${join(folder, name)} does not have the pinned SHA-256; delete ${folder} and retry`)
  }
  await pack(folder, [...pinned.keys()], file)
}
