import type { Random } from '../../../local/asl/random.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { Clock } from '../../../shared/ports/clock.ts'
import type { Kafka, KafkaTarget, NewTopic } from '../../../shared/ports/kafka.ts'
import type { FaultPlan } from '../faults.ts'
import { configModel } from './kafka-config.ts'
import { bytesOn, type KafkaData, noData, partitionKey, type ServingBroker } from './kafka-data.ts'
import { bornWith, canJoin, isCordoned, membershipModel } from './kafka-membership.ts'
import { advanceMoves, movesModel } from './kafka-moves.ts'
import { isOn, type KafkaProcess, type Machine } from './machine.ts'

/** All Kafka clusters of the simulated world. */
export interface KafkaModel extends Kafka {
  data(clusterId: string): KafkaData
  /** Whether the node serves: it is up, and it has a quorum to listen to. */
  isServing(machine: Machine): boolean
  /** Whether its replicas have caught up since it came up. */
  isInSync(machine: Machine): boolean
  /** Whether the release that the node is to run can work at the levels of its cluster. */
  canJoin(machine: Machine): boolean
  /** What another model needs to go on from here. */
  save(): SavedKafka
}

/** What all clusters keep on their volumes at a moment. */
export type SavedKafka = ReadonlyMap<string, KafkaData>

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
export function kafkaModel({ clock, random, faults, machines }: KafkaParts, saved: SavedKafka = new Map()): KafkaModel {
  const all = new Map(structuredClone(saved))
  const data = (clusterId: string): KafkaData => {
    const known = all.get(clusterId) ?? noData(clock.now())
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
        kafka.desired.roles.includes('broker') &&
        !kafka.unregistered &&
        !faults.host('brokerNeverRegisters', machine.node.nodeId),
    )
  const serving = (clusterId: string): readonly ServingBroker[] =>
    brokersUp(nodesUp(clusterId)).map(({ machine, kafka }) => ({
      nodeId: machine.node.nodeId,
      upAt: kafka.upAt ?? 0,
      inSync: isInSync(machine),
    }))
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
    if (hasQuorum(nodes)) lookAround(target.clusterId, nodes)
    return nodes
  }
  /** Takes note of what has happened since somebody looked last. */
  function lookAround(clusterId: string, nodes: readonly Node[]): void {
    const cluster = data(clusterId)
    for (const { kafka } of nodes) bornWith(cluster, kafka.desired.kafka.version)
    for (const { machine, kafka } of brokersUp(nodes))
      cluster.registered.set(machine.node.nodeId, kafka.desired.kafka.version)
    advanceMoves(cluster, serving(clusterId), clock.now())
  }
  async function metadataOfControllers(target: KafkaTarget): Promise<KafkaData> {
    if (!hasQuorum(await reach(target, target.controllers))) throw unavailable()
    return data(target.clusterId)
  }
  async function metadata(target: KafkaTarget): Promise<KafkaData> {
    const nodes = await reach(target, target.brokers)
    if (!hasQuorum(nodes) || brokersUp(nodes).length === 0) throw unavailable()
    return data(target.clusterId)
  }

  return {
    ...configModel({
      metadata,
      metadataOfControllers,
      brokersUp: (clusterId) => brokersUp(nodesUp(clusterId)),
      unavailable,
    }),
    ...movesModel({ clock, metadata, metadataOfControllers, brokersUp: serving, unavailable }),
    ...membershipModel({ metadata, metadataOfControllers, nodesUp, brokersUp: serving }),
    data,
    save: () => structuredClone(all),
    canJoin: ({ node, kafka }) => kafka === undefined || canJoin(data(node.clusterId), kafka.desired.kafka.version),
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
        brokers: registered
          .map(({ machine, kafka }) => ({
            nodeId: machine.node.nodeId,
            host: machine.address,
            rack: kafka.desired.zone,
          }))
          .toSorted((one, other) => one.nodeId - other.nodeId),
      }
    },
    isInSync,
    topics: async (target) => {
      const { topics, moves, leaders } = await metadata(target)
      const inSync = nodesUp(target.clusterId).flatMap(({ machine }) => (isInSync(machine) ? machine.node.nodeId : []))
      return [...topics.values()].map(({ name, replicas }) => ({
        name,
        internal: false,
        partitions: replicas.map((ids, partition) => {
          const key = partitionKey(name, partition)
          const move = moves.get(key)
          const isr = ids.filter((nodeId) => inSync.includes(nodeId))
          const leader = isr.find((nodeId) => nodeId === leaders.get(key)) ?? isr[0] ?? -1
          const whole = move ? [...move.to, ...ids.filter((nodeId) => !move.to.includes(nodeId))] : ids
          return { partition, leader, replicas: whole, isr }
        }),
      }))
    },
    logDirs: async (target, nodeId) => {
      const nodes = await reach(target, target.brokers)
      const node = nodes.find(({ machine }) => machine.node.nodeId === nodeId)
      if (!node || !hasQuorum(nodes)) throw unavailable()
      const totalBytes = node.machine.fileSystemGiB * 1024 ** 3
      const usedBytes = bytesOn(data(target.clusterId), nodeId)
      return [{ path: '/data', totalBytes, usableBytes: Math.max(0, totalBytes - usedBytes) }]
    },
    createTopic: async (target, topic) => {
      const cluster = await metadata(target)
      const { topics } = cluster
      if (topics.has(topic.name)) throw new DomainError('TOPIC_EXISTS', `There is a topic ${topic.name}.`)
      const nodeIds = brokersUp(nodesUp(target.clusterId)).flatMap(({ machine: { node } }) =>
        isCordoned(cluster, node.nodeId) ? [] : node.nodeId,
      )
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
      const { topics, moves, topicSettings } = await metadata(target)
      topics.delete(name)
      for (const [key, { topic }] of moves) if (topic === name) moves.delete(key)
      for (const key of topicSettings.keys()) if (key.startsWith(`${name}/`)) topicSettings.delete(key)
    },
    putUser: async (target, user, password) => {
      ;(await metadata(target)).users.set(user, password)
    },
    minInSyncReplicas: async (_target, names) => new Map(names.map((name) => [name, 2])),
    topicsWithOwnMinInSync: async () => new Set(),
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
      const leaderless = (topic?.replicas ?? []).findIndex((replicas) => !up.includes(replicas[0] ?? -1))
      if (leaderless >= 0) throw new DomainError('CANARY_FAILED', `Partition ${leaderless} has lost its leader.`)
    },
  }
}
