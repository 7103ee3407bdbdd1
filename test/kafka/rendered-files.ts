import { createTopicsV7, describeQuorumV1, metadataV12 } from '@platformatic/kafka'
import { describe, expect, test, vi } from 'vitest'
import { type ListenerName, listenerPorts } from '../../shared/kafka/listeners.ts'
import { controlPlaneCommonName } from '../../shared/kafka/principals.ts'
import type { BareCluster } from './bare-cluster.ts'
import {
  allowEveryTopic,
  asControlPlane,
  brokerAddress,
  controlPlaneTls,
  createTopic,
  onListener,
  putScramUser,
} from './bare-cluster-access.ts'
import {
  kcatClient,
  type TenantClient,
  type TenantClientInput,
  type TenantCredentials,
  tenantClient,
} from './tenant-client.ts'

/** A running cluster that was made from rendered files, and what its clients need. */
export interface RenderedCluster extends TenantClientInput {
  readonly cluster: BareCluster
}

const alice = { user: 'alice', password: 'right' }
const messages = Array.from({ length: 1000 }, (_, index) => `message ${index}`)

// Brokers learn what the controller has accepted a moment later, each on its own.
const eventually = (check: () => Promise<unknown>) => vi.waitFor(check, { timeout: 30_000, interval: 100 })

const brokersOf = ({ cluster }: RenderedCluster): BareCluster['hosts'] =>
  cluster.hosts.filter((host) => host.plan.roles.includes('broker'))

/** What the rendered files make of three or six hosts: a cluster, its quorum, and whom its listeners let in. */
export function renderedFilesTests(scene: () => RenderedCluster): void {
  const brokers = () => brokersOf(scene())

  const client = (credentials: TenantCredentials): Promise<TenantClient> => tenantClient(scene(), credentials)

  describe('rendered files', () => {
    test('make a cluster in which every broker is unfenced and knows its zone', async () => {
      const metadata = () =>
        asControlPlane(scene().cluster, (connection) => metadataV12.api.async(connection, [], false, false))
      const racks = async () => (await metadata()).brokers.map(({ nodeId, rack }) => [nodeId, rack]).toSorted()
      await eventually(async () => expect(await racks()).toEqual(brokers().map(({ plan }) => [plan.nodeId, plan.rack])))
      expect((await metadata()).clusterId).toBe(scene().cluster.clusterUuid)
    })

    test('make a quorum of the three controllers, visible to the control plane over mutual TLS', async () => {
      const topic = { topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }
      const quorum = await asControlPlane(scene().cluster, (connection) =>
        describeQuorumV1.api.async(connection, [topic]),
      )
      const partition = quorum.topics[0]?.partitions[0]
      expect(partition?.currentVoters.map((voter) => voter.replicaId).sort()).toEqual([1, 2, 3])
      expect([1, 2, 3]).toContain(partition?.leaderId)
    })

    test('carry a SCRAM client of another make from producing to consuming', async () => {
      await putScramUser(scene().cluster, alice.user, alice.password)
      await allowEveryTopic(scene().cluster, alice.user)
      await createTopic(scene().cluster, 'orders')
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
      const stranger = await kcatClient(scene(), {})
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
        const asked = onListener(brokerAddress(scene().cluster), port, {}, (connection) =>
          metadataV12.api.async(connection, null, false, false),
        )
        await expect(asked).rejects.toThrow()
      }
    })

    test.concurrent.each<ListenerName>(['CONTROLLER', 'REPLICATION'])(
      'refuse a client without a certificate on %s',
      async (name) => {
        const { ca } = controlPlaneTls(scene().cluster)
        const host = scene().cluster.hosts.find(({ plan }) =>
          plan.roles.includes(name === 'CONTROLLER' ? 'controller' : 'broker'),
        )
        const asked = onListener(host?.plan.address ?? '', listenerPorts[name], { tls: { ca } }, (connection) =>
          metadataV12.api.async(connection, null, false, false),
        )
        await expect(asked).rejects.toThrow()
      },
    )

    test.concurrent('let a user without rules see no topic', async () => {
      await putScramUser(scene().cluster, 'mallory', 'right')
      const tenant = await client({ user: 'mallory', password: 'right' })
      await eventually(async () => expect(await tenant.topics()).toEqual([]))
    })
  })
}

/** Needs an authority that signs for anybody. */
export function strangerTests(scene: () => RenderedCluster): void {
  test.concurrent('obey a certificate of the control plane only if it names this cluster', async () => {
    const { ca } = controlPlaneTls(scene().cluster)
    const stranger = await scene().cluster.authority.issue({
      commonName: controlPlaneCommonName,
      organisation: 'clu_other',
    })
    const tls = { ca, key: stranger.keyPem, cert: stranger.certificatePem }
    const topic = { name: 'intrusion', numPartitions: 1, replicationFactor: 3, assignments: [], configs: [] }
    const asked = onListener(brokerAddress(scene().cluster), listenerPorts.REPLICATION, { tls }, (connection) =>
      createTopicsV7.api.async(connection, [topic], 10_000, false),
    )
    await expect(asked).rejects.toMatchObject({ errors: [{ apiId: 'TOPIC_AUTHORIZATION_FAILED' }] })
  })
}

/** What the log says of a broker that was killed; all brokers serve afterwards. */
export function recoveryTests(scene: () => RenderedCluster): void {
  test('make the log tell when a killed broker recovers, runs again and stops', async () => {
    const [host] = brokersOf(scene())
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
    await host.start()
    await host.running()
  })
}
