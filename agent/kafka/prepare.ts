import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { ensureClassArchive } from './class-archive.ts'
import { fetchKafka } from './fetch.ts'
import { requireJava } from './preflight.ts'

// Fetches the releases named as arguments, or all of them, and makes them start faster: for machines that run many clusters.
await requireJava()
const asked = process.argv.slice(2)
const wanted = KAFKA_VERSION_NAMES.filter((version) => asked.length === 0 || asked.includes(version))
for (const version of wanted) {
  const jarsDir = await fetchKafka(version)
  await ensureClassArchive(version, jarsDir)
  process.stdout.write(`Kafka ${version} is ready in ${jarsDir}\n`)
}
