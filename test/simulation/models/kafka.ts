import type { Random } from '../../../local/asl/random.ts'
import { KAFKA_VERSIONS } from '../../../shared/catalogue/kafka-versions.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { AccessRule, Kafka, KafkaTarget, NewTopic } from '../../../shared/ports/kafka.ts'
import type { FaultPlan } from '../faults.ts'
import { isOn, type KafkaProcess, type Machine } from './machine.ts'

/** A topic with the nodes that hold each partition, the preferred leader first. */
interface PlacedTopic extends NewTopic {
  readonly replicas: readonly (readonly number[])[]
}

/** What a cluster keeps on its volumes. */
export interface KafkaData {
  readonly topics: Map<string, PlacedTopic>
  readonly users: Map<string, string>
  readonly rules: AccessRule[]
  /** The dynamic defaults of all brokers. */
  readonly settings: Map<string, string>
  /** Dynamic settings of one broker, by `nodeId/key`. */
  readonly overrides: Map<string, string>
}

/** All Kafka clusters of the simulated world. */
export interface KafkaModel extends Kafka {
  data(clusterId: string): KafkaData
  /** Whether the node serves: it is up, and it has a quorum to listen to. */
  isServing(machine: Machine): boolean
  /** Whether its replicas have caught up since it came up. */
  isInSync(machine: Machine): boolean
}

interface KafkaParts {
  readonly clock: Clock
  readonly random: Random
  readonly faults: FaultPlan
  readonly machines: () => readonly Machine[]
}

interface Node {
  readonly machine: Machine
  readonly kafka: KafkaProcess
}

/** How long a broker that came up again fetches before it is in sync; a new one has nothing to fetch. */
const CATCH_UP_SECONDS = 5
const catchUpSeconds = ({ desired, downBy }: KafkaProcess) =>
  desired.kafka.restartNonce > 1 || downBy === 'fate' ? CATCH_UP_SECONDS : 0

/** The longest that a call of Kafka takes, in milliseconds. */
const LONGEST_CALL_MILLISECONDS = 60

/**
 * Kafka as far as the control plane can tell: a quorum stands while most of the voters are up, a broker is registered
 * while it is up and there is a quorum, and metadata can be changed while there is one.
 */
export function kafkaModel({ clock, random, faults, machines }: KafkaParts): KafkaModel {
  const all = new Map<string, KafkaData>()
  const data = (clusterId: string): KafkaData => {
    const known = all.get(clusterId) ?? {
      topics: new Map(),
      users: new Map(),
      rules: [],
      settings: new Map(),
      overrides: new Map(),
    }
    all.set(clusterId, known)
    return known
  }
  const nodesUp = (clusterId: string): Node[] =>
    machines().flatMap((machine) =>
      isOn(machine) && machine.kafka?.isUp && machine.node.clusterId === clusterId
        ? [{ machine, kafka: machine.kafka }]
        : [],
    )
  const votersUp = (nodes: readonly Node[]) => nodes.filter(({ kafka }) => kafka.desired.roles.includes('controller'))
  const hasQuorum = (nodes: readonly Node[]) => {
    const voters = votersUp(nodes)
    const count = voters[0]?.kafka.desired.kafka.voters.length ?? 0
    return count > 0 && voters.length > count / 2
  }
  const brokersUp = (nodes: readonly Node[]) =>
    nodes.filter(
      ({ machine, kafka }) =>
        kafka.desired.roles.includes('broker') && !faults.host('brokerNeverRegisters', machine.node.nodeId),
    )
  const holdsReplicas = ({ clusterId, nodeId }: Machine['node']) =>
    [...data(clusterId).topics.values()].some(({ replicas }) => replicas.flat().includes(nodeId))
  // Who holds nothing has nothing to fetch.
  const isInSync = ({ kafka, node }: Machine) =>
    kafka?.isUp === true && (clock.now() >= (kafka.upAt ?? 0) + catchUpSeconds(kafka) * 1000 || !holdsReplicas(node))
  const replicasOf = (topic: NewTopic, nodeIds: readonly number[]) =>
    topic.assignment ??
    Array.from({ length: topic.partitions }, (_, partition) =>
      Array.from(
        { length: Math.min(topic.replicationFactor, nodeIds.length) },
        (_, index) => nodeIds[(partition + index) % nodeIds.length] ?? -1,
      ),
    )
  const unavailable = () => new DomainError('KAFKA_UNAVAILABLE', 'No listener of the cluster answers.')

  /** The nodes behind the addresses that the caller knows. */
  async function reach(target: KafkaTarget, listeners: readonly string[]): Promise<Node[]> {
    await clock.sleep(random.number() * LONGEST_CALL_MILLISECONDS)
    const nodes = nodesUp(target.clusterId)
    if (!nodes.some(({ machine }) => listeners.some((listener) => listener.startsWith(`${machine.address}:`))))
      throw unavailable()
    return nodes
  }
  async function metadata(target: KafkaTarget): Promise<KafkaData> {
    const nodes = await reach(target, target.brokers)
    if (!hasQuorum(nodes) || brokersUp(nodes).length === 0) throw unavailable()
    return data(target.clusterId)
  }

  return {
    data,
    isServing: (machine) => machine.kafka?.isUp === true && hasQuorum(nodesUp(machine.node.clusterId)),
    quorum: async (target) => {
      const nodes = await reach(target, target.controllers)
      const voters = votersUp(nodes)
      const leaderId = hasQuorum(nodes) ? Math.min(...voters.map(({ machine }) => machine.node.nodeId)) : -1
      return {
        leaderId,
        voters: voters.map(({ machine }) => ({
          nodeId: machine.node.nodeId,
          caughtUp: leaderId >= 0,
          hasCommitted: leaderId >= 0,
        })),
      }
    },
    brokers: async (target) => {
      const nodes = await reach(target, target.brokers)
      const registered = hasQuorum(nodes) ? brokersUp(nodes) : []
      return {
        kafkaClusterUuid: nodes[0]?.kafka.desired.kafka.clusterUuid ?? '',
        brokers: registered.map(({ machine, kafka }) => ({
          nodeId: machine.node.nodeId,
          host: machine.address,
          rack: kafka.desired.zone,
        })),
      }
    },
    isInSync,
    topics: async (target) => {
      const { topics } = await metadata(target)
      const inSync = nodesUp(target.clusterId).flatMap(({ machine }) => (isInSync(machine) ? machine.node.nodeId : []))
      return [...topics.values()].map(({ name, replicas }) => ({
        name,
        internal: false,
        partitions: replicas.map((ids, partition) => {
          const isr = ids.filter((nodeId) => inSync.includes(nodeId))
          return { partition, leader: isr[0] ?? -1, replicas: ids, isr }
        }),
      }))
    },
    logDirs: async (target, nodeId) => {
      const nodes = await reach(target, target.brokers)
      const node = nodes.find(({ machine }) => machine.node.nodeId === nodeId)
      if (!node || !hasQuorum(nodes)) throw unavailable()
      const totalBytes = node.machine.fileSystemGiB * 1024 ** 3
      return [{ path: '/data', totalBytes, usableBytes: totalBytes }]
    },
    alterClusterConfig: async (target, sets, deletes, { validateOnly }) => {
      const { settings } = await metadata(target)
      if (validateOnly) return
      for (const [key, value] of Object.entries(sets)) settings.set(key, value)
      for (const key of deletes) settings.delete(key)
    },
    overrideOnBroker: async (target, nodeId, sets) => {
      const { overrides } = await metadata(target)
      if (!brokersUp(nodesUp(target.clusterId)).some(({ machine }) => machine.node.nodeId === nodeId))
        throw unavailable()
      for (const [key, value] of Object.entries(sets)) overrides.set(`${nodeId}/${key}`, value)
    },
    clearOverrides: async (target, nodeId, keys) => {
      const nodes = await reach(target, target.controllers)
      if (!hasQuorum(nodes)) throw unavailable()
      for (const key of keys) data(target.clusterId).overrides.delete(`${nodeId}/${key}`)
    },
    brokerConfig: async (target, nodeId, asked) => {
      const { settings, overrides } = await metadata(target)
      const node = brokersUp(nodesUp(target.clusterId)).find(({ machine }) => machine.node.nodeId === nodeId)
      if (!node) throw unavailable()
      const file = node.kafka.desired.kafka.config
      return new Map(
        asked.map((key) => [
          key,
          {
            value: overrides.get(`${nodeId}/${key}`) ?? settings.get(key) ?? file[key],
            dynamicDefault: settings.has(key) && !overrides.has(`${nodeId}/${key}`),
            beneath: file[key],
          },
        ]),
      )
    },
    brokerFacts: async (target, nodeId) => {
      const { settings, overrides } = await metadata(target)
      const node = brokersUp(nodesUp(target.clusterId)).find(({ machine }) => machine.node.nodeId === nodeId)
      if (!node) throw unavailable()
      const { config: file, version } = node.kafka.desired.kafka
      const own = new Map(
        [...overrides].flatMap(([name, value]) => {
          const [id, key = ''] = name.split('/')
          return Number(id) === nodeId ? [[key, value] as const] : []
        }),
      )
      const metadataLevel = KAFKA_VERSIONS[version].featureLevels['metadata.version']
      return {
        metadataLevel,
        newestMetadataLevel: metadataLevel,
        settings: new Map(
          [...new Set([...Object.keys(file), ...settings.keys(), ...own.keys()])].map((key) => {
            const [override, clusterDefault] = [own.get(key), settings.get(key)]
            return [
              key,
              {
                value: override ?? clusterDefault ?? file[key],
                ...(override !== undefined && { override }),
                ...(clusterDefault !== undefined && { clusterDefault }),
              },
            ]
          }),
        ),
      }
    },
    createTopic: async (target, topic) => {
      const { topics } = await metadata(target)
      if (topics.has(topic.name)) throw new DomainError('TOPIC_EXISTS', `There is a topic ${topic.name}.`)
      const nodeIds = brokersUp(nodesUp(target.clusterId)).map(({ machine }) => machine.node.nodeId)
      if (!topic.assignment && nodeIds.length < topic.replicationFactor) throw unavailable()
      topics.set(topic.name, {
        ...topic,
        replicas: replicasOf(
          topic,
          nodeIds.toSorted((a, b) => a - b),
        ),
      })
    },
    deleteTopic: async (target, name) => {
      ;(await metadata(target)).topics.delete(name)
    },
    putUser: async (target, user, password) => {
      ;(await metadata(target)).users.set(user, password)
    },
    minInSyncReplicas: async (_target, names) => new Map(names.map((name) => [name, 2])),
    topicsWithOwnMinInSync: async () => new Set(),
    reassignments: async () => [],
    awaitUser: async (target, user, password) => {
      if ((await metadata(target)).users.get(user) !== password) {
        throw new DomainError('KAFKA_UNAVAILABLE', `the brokers do not know ${user}`)
      }
    },
    deleteUser: async (target, user) => {
      ;(await metadata(target)).users.delete(user)
    },
    putAccessRules: async (target, rules) => {
      ;(await metadata(target)).rules.push(...rules)
    },
    deleteAccessRules: async (target, principal) => {
      const { rules } = await metadata(target)
      const kept = rules.filter((rule) => rule.principal !== principal)
      rules.splice(0, rules.length, ...kept)
    },
    roundTrip: async (target, user, password, _caPem, name) => {
      const { topics, users, rules } = await metadata(target)
      const topic = topics.get(name)
      const missing =
        users.get(user) !== password
          ? `the user ${user} or its password`
          : !rules.some((rule) => rule.principal === `User:${user}` && rule.name === name)
            ? `the rules of ${user}`
            : topic === undefined
              ? `the topic ${name}`
              : undefined
      if (missing !== undefined) throw new DomainError('CANARY_FAILED', `What was missing: ${missing}.`)
      const up = brokersUp(nodesUp(target.clusterId)).map(({ machine }) => machine.node.nodeId)
      const leaderless = (topic?.assignment ?? []).findIndex((replicas) => !up.includes(replicas[0] ?? -1))
      if (leaderless >= 0) throw new DomainError('CANARY_FAILED', `Partition ${leaderless} has lost its leader.`)
    },
  }
}
