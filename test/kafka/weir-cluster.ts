import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import type { Authority } from '../../functions/adapters/authority-keys.ts'
import { certificateAuthority } from '../../functions/adapters/certificate-authority.ts'
import { kafkaCluster } from '../../functions/adapters/kafka/cluster.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { fileAuthorityKeys } from '../../local/authority-keys.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { listenerPorts } from '../../shared/kafka/listeners.ts'
import type { Certificates, Credentials } from '../../shared/ports/certificates.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { AccessRule, Kafka, KafkaTarget, TopicView } from '../../shared/ports/kafka.ts'
import { type BareCluster, startBareCluster } from './bare-cluster.ts'
import type { ScramAccess } from './scram-client.ts'
import { weirAuthority } from './weir-authority.ts'

export const tenantId = 'acme'
export const clusterId = 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N'

/** A bare cluster whose hosts Weir's own authority has signed, and the control plane's view of it. */
export interface WeirCluster {
  readonly cluster: BareCluster
  readonly certificates: Certificates
  readonly authority: Authority
  readonly target: KafkaTarget
  readonly kafka: Kafka
  readonly caPem: string
  /** The same, for calls that are refused: its limits pass in a few attempts. */
  readonly hasty: Kafka
  /** Stops everything and removes its files. */
  stop(): Promise<void>
}

/** Starts three combined hosts and waits until all of them serve. */
export async function startWeirCluster(kafkaVersion: KafkaVersion, addressPrefix: string): Promise<WeirCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-cluster-'))
  const keyStore = fileAuthorityKeys(folder)
  const certificates = certificateAuthority({ keyStore, clock: systemClock })
  const cluster = await startBareCluster({
    kafkaVersion,
    addressPrefix,
    jarsDir: await fetchKafka(kafkaVersion),
    folder,
    topology: 'combined',
    authority: await weirAuthority(certificates, tenantId, clusterId),
    organisation: clusterId,
  })
  const at = (port: number) => cluster.hosts.map(({ plan }) => `${plan.address}:${port}`)
  const target = {
    tenantId,
    clusterId,
    kafkaVersion,
    brokers: at(listenerPorts.REPLICATION),
    controllers: at(listenerPorts.CONTROLLER),
    clientListeners: at(listenerPorts.CLIENT),
  }
  const kafka = kafkaCluster({ certificates, clock: systemClock, log: silent })
  while ((await kafka.brokers(target)).brokers.length < cluster.hosts.length) await sleep(100)
  const authority = await keyStore.get({ tenantId, clusterId })
  if (authority === undefined) throw new Error('the authority is not kept')
  return {
    cluster,
    certificates,
    authority,
    target,
    kafka,
    caPem: authority.certificatePem,
    hasty: kafkaCluster({ certificates, clock: impatientClock(), log: silent }),
    async stop() {
      await cluster.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An adapter that shows another certificate or trusts another authority. */
export function kafkaWith(credentials: Credentials): Kafka {
  return kafkaCluster({ certificates: { controlPlane: async () => credentials }, clock: impatientClock(), log: silent })
}

/** The topic as the control plane sees it. */
export async function findTopic({ kafka, target }: WeirCluster, name: string): Promise<TopicView | undefined> {
  return (await kafka.topics(target)).find((topic) => topic.name === name)
}

/** The ids of the brokers that serve. */
export async function brokerIds({ kafka, target }: WeirCluster): Promise<readonly number[]> {
  return (await kafka.brokers(target)).brokers.map(({ nodeId }) => nodeId)
}

/** Makes a user with those rules; its password is `password of <user>`. */
export async function putUserWith(
  { kafka, target }: WeirCluster,
  user: string,
  rules: readonly Omit<AccessRule, 'principal'>[],
): Promise<void> {
  await kafka.putUser(target, user, passwordOf(user))
  await kafka.putAccessRules(
    target,
    rules.map((rule) => ({ principal: `User:${user}`, ...rule })),
  )
}

/** Passwords of test users need no secrecy. */
export const passwordOf = (user: string): string => `password of ${user}`

/** A round trip of that user; what differs from its own name, password and authority is given. */
export function roundTrip(
  { target, caPem }: WeirCluster,
  kafka: Kafka,
  user: string,
  topic: string,
  other: { readonly password?: string; readonly caPem?: string } = {},
): Promise<void> {
  return kafka.roundTrip(target, user, other.password ?? passwordOf(user), other.caPem ?? caPem, topic)
}

/** How a client comes in as that user. */
export function accessOf({ target, caPem }: WeirCluster, user: string): ScramAccess {
  return {
    clientListeners: target.clientListeners,
    caPem,
    user,
    password: passwordOf(user),
  }
}

const silent = { warn: () => {} }

/** Waits by turning its hands. */
function impatientClock(): Clock {
  let skipped = 0
  return {
    now: () => Date.now() + skipped,
    sleep: async (milliseconds) => {
      skipped += milliseconds * 20
    },
  }
}
