import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe } from 'vitest'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { accessRuleTests } from '../kafka/adapter-access-rules.ts'
import { certificateTests } from '../kafka/adapter-certificates.ts'
import { deadHostTests } from '../kafka/adapter-dead-hosts.ts'
import { membershipTests } from '../kafka/adapter-membership.ts'
import { moveTests } from '../kafka/adapter-moves.ts'
import { topicTests } from '../kafka/adapter-topics.ts'
import { userTests } from '../kafka/adapter-users.ts'
import { clusterViewTests } from '../kafka/adapter-view.ts'
import { recoveryTests, renderedFilesTests } from '../kafka/rendered-files.ts'
import { startWeirCluster, type WeirCluster } from '../kafka/weir-cluster.ts'

const versions = [
  { kafkaVersion: '3.7.1', addressPrefix: '127.34.1' },
  { kafkaVersion: '4.3.1', addressPrefix: '127.34.2' },
] as const

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-adapter-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(versions)('the Kafka adapter on $kafkaVersion', ({ kafkaVersion, addressPrefix }) => {
  let running: WeirCluster | undefined
  const scene = (): WeirCluster => {
    if (running === undefined) throw new Error('the cluster is not running')
    return running
  }

  const rendered = () => ({ cluster: scene().cluster, kafkaVersion, jarsDir, folder })
  let jarsDir: string

  beforeAll(async () => {
    jarsDir = await fetchKafka(kafkaVersion)
    running = await startWeirCluster(kafkaVersion, addressPrefix)
  })

  afterAll(() => running?.stop())

  clusterViewTests(scene)
  topicTests(scene)
  userTests(scene)
  moveTests(scene)
  membershipTests(scene)
  accessRuleTests(scene)
  certificateTests(scene)
  // What the hosts were started from, while all of them still are there.
  renderedFilesTests(rendered)
  recoveryTests(rendered)
  deadHostTests(scene)
})
