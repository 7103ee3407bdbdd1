import { KAFKA_VERSION_NAMES, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { benchApi } from './api.ts'
import { benchCreate } from './create.ts'
import { benchExtend } from './extend.ts'
import { benchRebalance } from './rebalance.ts'
import { benchRoll } from './roll.ts'
import { benchUpgrade } from './upgrade.ts'

/** What is measured on real brokers, of a release that may be chosen. */
const OF_KAFKA = new Map<string, (version: KafkaVersion) => Promise<void>>([
  ['create', benchCreate],
  ['roll', benchRoll],
  ['extend', benchExtend],
  ['rebalance', benchRebalance],
  ['upgrade', benchUpgrade],
])

const [name = '', version = '3.7.1'] = process.argv.slice(2)
const kafkaVersion = KAFKA_VERSION_NAMES.find((known) => known === version)
const measure = OF_KAFKA.get(name)

if (measure && kafkaVersion) await measure(kafkaVersion)
else if (name === 'api') await benchApi()
else {
  process.stderr.write(
    `usage: npm run bench -- ${[...OF_KAFKA.keys()].join(' | ')} [${KAFKA_VERSION_NAMES.join(' | ')}]\n       npm run bench -- api\n`,
  )
  process.exitCode = 2
}
