import { DomainError } from '../../shared/errors/domain-error.ts'
import type { AccessRule, Kafka, KafkaTarget, NewTopic } from '../../shared/ports/kafka.ts'
import type { MoveView } from '../../shared/ports/kafka-moves.ts'

/** A Kafka of the mind: topics, users and rules of any cluster, and failures on demand. */
export interface MemoryKafka extends Kafka {
  readonly created: ReadonlyMap<string, NewTopic>
  readonly users: Map<string, string>
  readonly rules: AccessRule[]
  readonly calls: string[]
  /** The levels of features that are finalised, those that every node supports, and the nodes that do not answer. */
  readonly levels: Map<string, number>
  readonly supported: Map<string, { readonly min: number; readonly max: number }>
  readonly silent: Set<number>
  /** Brokers that are registered although the cluster does not have them. */
  readonly strangers: number[]
  /** What is being moved from one broker to another. */
  readonly moving: MoveView[]
  /** The next call of this name does its work and then fails as if the answer was lost. */
  loseAnswerOf(call: keyof Kafka): void
  /** Runs in the middle of the next call of this name. */
  during(call: keyof Kafka, act: () => Promise<void>): void
}

/** Stands in where the tests are about the API and not about Kafka, which the system tests run for real. */
export function memoryKafka(): MemoryKafka {
  const topics = new Map<string, NewTopic>()
  const users = new Map<string, string>()
  const rules: AccessRule[] = []
  const calls: string[] = []
  const lost = new Set<string>()
  const acts = new Map<string, () => Promise<void>>()

  async function did(call: keyof Kafka): Promise<void> {
    calls.push(call)
    const act = acts.get(call)
    acts.delete(call)
    await act?.()
    if (lost.delete(call)) throw new DomainError('KAFKA_UNAVAILABLE', 'The cluster does not answer.')
  }
  const levels = new Map([['metadata.version', 19]])
  const supported = new Map([['metadata.version', { min: 1, max: 19 }]])
  const silent = new Set<number>()
  const strangers: number[] = []
  const nodeIdOf = (address: string) => Number(address.split(':')[0]?.split('.').at(-1))
  const moving: MoveView[] = []
  /** The first brokers of the cluster hold all replicas. */
  const holders = (target: KafkaTarget, count: number) =>
    Array.from({ length: count }, (_, index) => nodeIdOf(target.brokers[index] ?? `0.0.0.${index + 1}`))
  const unused = async () => {
    throw new TypeError('the API does not call this')
  }

  return {
    created: topics,
    users,
    rules,
    calls,
    levels,
    supported,
    silent,
    strangers,
    moving,
    loseAnswerOf: (call) => lost.add(call),
    during: (call, act) => acts.set(call, act),
    quorum: async () => {
      await did('quorum')
      return { leaderId: 2, voters: [1, 2, 3].map((nodeId) => ({ nodeId, caughtUp: true, hasCommitted: true })) }
    },
    brokers: async (target) => {
      await did('brokers')
      const ids = [...target.brokers.map(nodeIdOf).filter((nodeId) => !silent.has(nodeId)), ...strangers]
      const brokers = ids.map((nodeId) => ({ nodeId, host: `10.0.0.${nodeId}`, rack: `az-${nodeId}` }))
      return { kafkaClusterUuid: 'uuid', brokers }
    },
    logDirs: unused,
    roundTrip: unused,
    alterClusterConfig: unused,
    overrideOnBroker: unused,
    clearOverrides: unused,
    brokerConfig: unused,
    brokerFacts: unused,
    deleteTopic: unused,
    topics: async (target) => {
      await did('topics')
      const own = ['__consumer_offsets', '__weir-canary'].map((name) => ({ name, partitions: 1, replicationFactor: 3 }))
      return [...topics.values(), ...own].map(({ name, partitions, replicationFactor }) => {
        const replicas = holders(target, replicationFactor)
        return {
          name,
          internal: name === '__consumer_offsets',
          partitions: Array.from({ length: partitions }, (_, partition) => ({
            partition,
            leader: replicas[0] ?? -1,
            replicas,
            isr: partition === 0 && name === 'lagging' ? replicas.slice(0, 1) : replicas,
          })),
        }
      })
    },
    createTopic: async (_target, topic) => {
      if (topics.has(topic.name)) throw new DomainError('TOPIC_EXISTS', `There is a topic ${topic.name}.`)
      topics.set(topic.name, topic)
      await did('createTopic')
    },
    putUser: async (_target, user, password) => {
      users.set(user, password)
      await did('putUser')
    },
    minInSyncReplicas: async (_target, names) => new Map(names.map((name) => [name, 2])),
    topicsWithOwnMinInSync: async (_target, names) =>
      new Set(names.filter((name) => topics.get(name)?.config?.['min.insync.replicas'] !== undefined)),
    reassignments: async () => [...moving],
    replicaSizes: async (target, nodeId) => {
      await did('replicaSizes')
      return [...topics.values()].flatMap(({ name, partitions, replicationFactor }) =>
        Array.from(
          { length: holders(target, replicationFactor).includes(nodeId) ? partitions : 0 },
          (_, partition) => ({
            topic: name,
            partition,
            bytes: 1024 ** 2,
            isFuture: false,
          }),
        ),
      )
    },
    moveReplicas: unused,
    cancelMoves: unused,
    throttleReplicas: unused,
    clearTopicThrottles: unused,
    topicsWithThrottles: unused,
    throttleBrokers: unused,
    clearBrokerThrottles: unused,
    brokersWithThrottles: unused,
    electPreferredLeaders: unused,
    registeredBrokers: async () => 'unknown',
    unregisterBroker: unused,
    features: async ({ brokers, controllers }) => {
      await did('features')
      const node = (role: 'broker' | 'controller') => (address: string) => {
        const isSilent = silent.has(nodeIdOf(address))
        return {
          address,
          role,
          supported: isSilent ? undefined : new Map(supported),
          finalised: isSilent ? new Map<string, number>() : new Map(levels),
        }
      }
      return {
        finalised: new Map(levels),
        nodes: [...brokers.map(node('broker')), ...controllers.map(node('controller'))],
      }
    },
    updateFeatures: async (_target, wanted, { validateOnly }) => {
      await did('updateFeatures')
      if (!validateOnly) for (const [feature, level] of Object.entries(wanted)) levels.set(feature, level)
    },
    awaitUser: async (_target, user, password) => {
      if (users.get(user) !== password) throw new DomainError('KAFKA_UNAVAILABLE', `the brokers do not know ${user}`)
    },
    deleteUser: async (_target, user) => {
      users.delete(user)
      await did('deleteUser')
    },
    putAccessRules: async (_target, added) => {
      rules.push(...added)
      await did('putAccessRules')
    },
    deleteAccessRules: async (_target, principal) => {
      for (let index = rules.length - 1; index >= 0; index--)
        if (rules[index]?.principal === principal) rules.splice(index, 1)
      await did('deleteAccessRules')
    },
  }
}
