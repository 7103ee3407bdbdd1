import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { configKeyRows } from './config-key-rows.ts'

// Freezes the key tables anew, after a release was added or the managed keys were changed; `npm run format` afterwards.
for (const version of KAFKA_VERSION_NAMES) {
  const rows = await configKeyRows(version, await fetchKafka(version))
  const file = join(import.meta.dirname, '../../shared/kafka/config-keys', `${version}.json`)
  await writeFile(file, `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`)
}
