import { KAFKA_VERSION_NAMES } from '../../shared/catalogue/kafka-versions.ts'
import { benchApi } from './api.ts'
import { benchCreate } from './create.ts'

const [name, version] = process.argv.slice(2)
const kafkaVersion = KAFKA_VERSION_NAMES.find((known) => known === (version ?? '3.7.1'))

if (name === 'create' && kafkaVersion) await benchCreate(kafkaVersion)
else if (name === 'api') await benchApi()
else {
  process.stderr.write(
    `usage: npm run bench -- create [${KAFKA_VERSION_NAMES.join(' | ')}]\n       npm run bench -- api\n`,
  )
  process.exit(2)
}
process.exit(0)
