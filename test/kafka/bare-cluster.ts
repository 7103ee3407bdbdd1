import { randomUUID } from 'node:crypto'
import { INSTANCE_TYPES, type ProcessProfile } from '../../shared/catalogue/instance-types.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { listenerPorts } from '../../shared/kafka/listeners.ts'
import { controlPlaneCommonName } from '../../shared/kafka/principals.ts'
import { BareHost, type BareHostPlan } from './bare-host.ts'
import { createTestAuthority, type Identity, type TestAuthority } from './test-authority.ts'

/** What a bare cluster is made of. */
export interface BareClusterInput {
  readonly kafkaVersion: KafkaVersion
  readonly jarsDir: string
  /** An empty folder that the caller removes. */
  readonly folder: string
  /** The first three numbers of the hosts' loopback addresses, for instance `127.32.1`. */
  readonly addressPrefix: string
  readonly topology: 'combined' | 'dedicated'
  /** Who signs, and the O= it signs for; a fresh test authority and organisation if not given. */
  readonly authority?: TestAuthority
  readonly organisation?: string
  /** The local profile of the catalogue, unless another is to be tried. */
  readonly profile?: ProcessProfile
}

/** A running Kafka cluster made from rendered files alone. */
export interface BareCluster {
  readonly hosts: readonly BareHost[]
  readonly organisation: string
  readonly clusterUuid: string
  readonly authority: TestAuthority
  /** The control plane's identity towards the cluster. */
  readonly controlPlane: Identity
  /** `host:port` of the brokers' client listeners. */
  readonly bootstrap: readonly string[]
  readonly formatMilliseconds: number
  readonly startMilliseconds: number
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** Prepares, formats and starts all hosts at once; rejects, with nothing left running, when one of them dies. */
export async function startBareCluster(input: BareClusterInput): Promise<BareCluster> {
  const authority = input.authority ?? (await createTestAuthority())
  const plans = hostPlans(input)
  const voters = plans
    .filter((plan) => plan.roles.includes('controller'))
    .map(({ nodeId, address }) => ({ nodeId, host: address }))
  const shared = {
    profile: INSTANCE_TYPES['r2a.2xlarge'].process.local,
    ...input,
    authority,
    voters,
    organisation: input.organisation ?? `clu_${randomUUID().replaceAll('-', '')}`,
    clusterUuid: Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url').replace(/^-/u, 'A'),
    brokerCount: plans.filter((plan) => plan.roles.includes('broker')).length,
  }
  const hosts = plans.map((plan) => new BareHost(shared, plan))
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> => {
    await Promise.all(hosts.map((host) => host.stop(signal)))
  }
  try {
    await Promise.all(hosts.map((host) => host.prepare()))
    const formatting = performance.now()
    await Promise.all(hosts.map((host) => host.format()))
    const starting = performance.now()
    await Promise.all(hosts.map((host) => host.start()))
    await Promise.all(hosts.map((host) => host.running()))
    return {
      ...shared,
      hosts,
      controlPlane: await authority.issue({
        commonName: controlPlaneCommonName,
        organisation: shared.organisation,
      }),
      bootstrap: plans
        .filter((plan) => plan.roles.includes('broker'))
        .map((plan) => `${plan.address}:${listenerPorts.CLIENT}`),
      formatMilliseconds: Math.round(starting - formatting),
      startMilliseconds: Math.round(performance.now() - starting),
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const racks = ['az-1', 'az-2', 'az-3']

function hostPlans({ topology, addressPrefix }: BareClusterInput): readonly BareHostPlan[] {
  const host = (nodeId: number, index: number, roles: BareHostPlan['roles']): BareHostPlan => ({
    nodeId,
    roles,
    address: `${addressPrefix}.${index + 1}`,
    rack: racks[index % racks.length] ?? '',
  })
  if (topology === 'combined') return [0, 1, 2].map((index) => host(index + 1, index, ['broker', 'controller']))
  return [
    ...[0, 1, 2].map((index) => host(index + 1, index, ['controller'])),
    ...[3, 4, 5].map((index) => host(index + 98, index, ['broker'])),
  ]
}
