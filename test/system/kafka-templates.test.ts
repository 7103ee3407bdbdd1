import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTopicsV7, describeQuorumV1, metadataV12 } from '@platformatic/kafka'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { KAFKA_VERSION_NAMES, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { type ListenerName, listenerPorts } from '../../shared/kafka/listeners.ts'
import { controlPlaneCommonName } from '../../shared/kafka/principals.ts'
import { type BareCluster, startBareCluster } from '../kafka/bare-cluster.ts'
import {
  allowEveryTopic,
  asControlPlane,
  brokerAddress,
  controlPlaneTls,
  createTopic,
  onListener,
  putScramUser,
} from '../kafka/bare-cluster-access.ts'
import { kcatClient, type TenantClient, type TenantCredentials, tenantClient } from '../kafka/tenant-client.ts'

interface Scenario {
  readonly kafkaVersion: KafkaVersion
  readonly topology: 'combined' | 'dedicated'
  readonly addressPrefix: string
}

const scenarios: readonly Scenario[] = [
  ...KAFKA_VERSION_NAMES.map((kafkaVersion, index) => ({
    kafkaVersion,
    topology: 'combined' as const,
    addressPrefix: `127.32.${index + 1}`,
  })),
  { kafkaVersion: '4.3.1', topology: 'dedicated', addressPrefix: '127.32.9' },
]

const alice = { user: 'alice', password: 'right' }
const messages = Array.from({ length: 1000 }, (_, index) => `message ${index}`)

// Brokers learn what the controller has accepted a moment later, each on its own.
const eventually = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 30_000, interval: 100 })

describe.each(scenarios)('rendered files on Kafka $kafkaVersion, $topology', (scenario) => {
  let cluster: BareCluster
  let folder: string
  let jarsDir: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-bare-'))
    jarsDir = await fetchKafka(scenario.kafkaVersion)
    cluster = await startBareCluster({ ...scenario, jarsDir, folder })
  })

  afterAll(async () => {
    await cluster?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  const brokers = (): BareCluster['hosts'] => cluster.hosts.filter((host) => host.plan.roles.includes('broker'))

  const client = (credentials: TenantCredentials): Promise<TenantClient> =>
    tenantClient({ cluster, kafkaVersion: scenario.kafkaVersion, jarsDir, folder }, credentials)

  test('make a cluster in which every broker is unfenced and knows its zone', async () => {
    const metadata = () => asControlPlane(cluster, (connection) => metadataV12.api.async(connection, [], false, false))
    const racks = async () => (await metadata()).brokers.map(({ nodeId, rack }) => [nodeId, rack]).toSorted()
    await eventually(async () => expect(await racks()).toEqual(brokers().map(({ plan }) => [plan.nodeId, plan.rack])))
    expect((await metadata()).clusterId).toBe(cluster.clusterUuid)
  })

  test('make a quorum of the three controllers, visible to the control plane over mutual TLS', async () => {
    const topic = { topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }
    const quorum = await asControlPlane(cluster, (connection) => describeQuorumV1.api.async(connection, [topic]))
    const partition = quorum.topics[0]?.partitions[0]
    expect(partition?.currentVoters.map((voter) => voter.replicaId).sort()).toEqual([1, 2, 3])
    expect([1, 2, 3]).toContain(partition?.leaderId)
  })

  test('carry a SCRAM client of another make from producing to consuming', async () => {
    await putScramUser(cluster, alice.user, alice.password)
    await allowEveryTopic(cluster, alice.user)
    await createTopic(cluster, 'orders')
    const tenant = await client(alice)
    await eventually(async () => expect(await tenant.topics()).toContain('orders'))
    await tenant.produce('orders', messages)
    expect((await tenant.consume('orders', messages.length)).toSorted()).toEqual(messages.toSorted())
  })

  // None of these changes what another sees, and a refusal is mostly waiting.
  test.concurrent('refuse a wrong password', async () => {
    const tenant = await client({ ...alice, password: 'wrong' })
    await expect(tenant.topics()).rejects.toThrow(/authentication/iu)
  })

  test.concurrent('refuse a client that does not authenticate', async () => {
    const stranger = await kcatClient({ cluster, folder }, {})
    await expect(stranger.topics()).rejects.toThrow()
  })

  test.concurrent('refuse a plaintext client on every listener', async () => {
    const [broker] = brokers()
    const ports = Object.values(listenerPorts).filter(
      (port) =>
        port !== listenerPorts.PUBLIC &&
        (port !== listenerPorts.CONTROLLER || broker?.plan.roles.includes('controller')),
    )
    for (const port of ports) {
      const asked = onListener(brokerAddress(cluster), port, {}, (connection) =>
        metadataV12.api.async(connection, null, false, false),
      )
      await expect(asked).rejects.toThrow()
    }
  })

  test.concurrent.each<ListenerName>(['CONTROLLER', 'REPLICATION'])(
    'refuse a client without a certificate on %s',
    async (name) => {
      const { ca } = controlPlaneTls(cluster)
      const host = cluster.hosts.find(({ plan }) =>
        plan.roles.includes(name === 'CONTROLLER' ? 'controller' : 'broker'),
      )
      const asked = onListener(host?.plan.address ?? '', listenerPorts[name], { tls: { ca } }, (connection) =>
        metadataV12.api.async(connection, null, false, false),
      )
      await expect(asked).rejects.toThrow()
    },
  )

  test.concurrent('obey a certificate of the control plane only if it names this cluster', async () => {
    const { ca } = controlPlaneTls(cluster)
    const stranger = await cluster.authority.issue({ commonName: controlPlaneCommonName, organisation: 'clu_other' })
    const tls = { ca, key: stranger.keyPem, cert: stranger.certificatePem }
    const topic = { name: 'intrusion', numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] }
    const asked = onListener(brokerAddress(cluster), listenerPorts.REPLICATION, { tls }, (connection) =>
      createTopicsV7.api.async(connection, [topic], 10_000, false),
    )
    await expect(asked).rejects.toMatchObject({ errors: [{ apiId: 'TOPIC_AUTHORIZATION_FAILED' }] })
  })

  test.concurrent('let a user without rules see no topic', async () => {
    await putScramUser(cluster, 'mallory', 'right')
    const tenant = await client({ user: 'mallory', password: 'right' })
    await eventually(async () => expect(await tenant.topics()).toEqual([]))
  })

  // One topology is enough: what the log says of a broker does not depend on its having the other role.
  if (scenario.topology === 'dedicated') return

  test('make the log tell when a killed broker recovers, runs again and stops', async () => {
    const [host] = brokers()
    if (host === undefined) throw new Error('the cluster has no broker')
    await host.stop('SIGKILL')
    await host.start()
    await host.running()
    await host.stop('SIGTERM')
    const signals = await host.signals()
    const states = signals.flatMap((signal) => (signal.kind === 'state' ? [signal.state] : []))
    expect(states.filter((state, index) => state !== states[index - 1])).toEqual([
      'Starting',
      'Recovering',
      'Starting',
      'Running',
      'Stopping',
    ])
    expect(signals.filter((signal) => signal.kind === 'recovery').at(-1)).toEqual({
      kind: 'recovery',
      remainingLogs: 0,
    })
  })
})
