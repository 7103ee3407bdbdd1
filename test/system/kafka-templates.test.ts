import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { certificateTests } from '../kafka/adapter-certificates.ts'
import { type BareCluster, startBareCluster } from '../kafka/bare-cluster.ts'
import { featureLevelTests } from '../kafka/feature-levels.ts'
import { recoveryTests, renderedFilesTests, strangerTests } from '../kafka/rendered-files.ts'
import { streamCheckTests } from '../kafka/stream-check-tests.ts'
import { startWeirCluster, type WeirCluster } from '../kafka/weir-cluster.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-bare-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

// The same of combined clusters of 3.7.1 and 4.3.1: kafka-adapter.test.ts.
describe('three combined hosts of Kafka 3.9.2', () => {
  const kafkaVersion = '3.9.2'
  let running: WeirCluster
  let jarsDir: string
  beforeAll(async () => {
    jarsDir = await fetchKafka(kafkaVersion)
    running = await startWeirCluster(kafkaVersion, '127.32.2')
  })
  afterAll(() => running?.stop())

  const rendered = () => ({ cluster: running.cluster, kafkaVersion, jarsDir, folder }) as const
  renderedFilesTests(rendered)
  certificateTests(() => running)
  recoveryTests(rendered)
  streamCheckTests(() => running)
  featureLevelTests(() => running)
})

describe('three controllers and three brokers of Kafka 4.3.1', () => {
  const kafkaVersion = '4.3.1'
  let cluster: BareCluster
  let jarsDir: string
  beforeAll(async () => {
    jarsDir = await fetchKafka(kafkaVersion)
    cluster = await startBareCluster({
      kafkaVersion,
      jarsDir,
      folder,
      topology: 'dedicated',
      addressPrefix: '127.32.9',
    })
  })
  afterAll(() => cluster?.stop())

  const rendered = () => ({ cluster, kafkaVersion, jarsDir, folder }) as const
  renderedFilesTests(rendered)
  strangerTests(rendered)
})
