import type { KafkaData } from '../models/kafka-data.ts'
import { type Invariant, Violation } from './facts.ts'

/**
 * Nobody goes who holds anything: from the moment on at which a broker of a cluster that goes on without it is beyond its stop, no
 * partition names it and nothing is on its way to it; and when it is gone, Kafka has forgotten it with all of its settings.
 */
export function noReplicaLost(dataOf: (clusterId: string) => KafkaData): Invariant {
  return ({ changes }, { clusters, brokers }) => {
    for (const change of changes) {
      if (change.kind !== 'broker' || !change.before) continue
      const { clusterId, before, after } = change
      const status = clusters.get(clusterId)?.status
      const goes = after === undefined || after.status === 'Deleting'
      if (!goes || status === undefined || status === 'Deleting' || !before.roles.includes('broker')) continue
      const held = heldBy(dataOf(clusterId), before.nodeId)
      if (held.length > 0) throw new Violation(`Broker ${before.nodeId} of ${clusterId} goes and holds ${held.join()}`)
    }
    for (const change of changes) {
      if (change.kind !== 'cluster' || change.after?.status !== 'Active') continue
      const { clusterId } = change
      const known = brokers.get(clusterId)
      const left = settledIds(dataOf(clusterId)).filter((nodeId) => !known?.has(nodeId))
      if (left.length > 0) throw new Violation(`Kafka of ${clusterId} still knows of ${left.join()}, who are gone`)
    }
  }
}

function heldBy({ topics, moves }: KafkaData, nodeId: number): readonly string[] {
  return [
    ...[...topics.values()].flatMap(({ name, replicas }) => (replicas.flat().includes(nodeId) ? name : [])),
    ...[...moves.values()].flatMap(({ topic, adding }) => (adding.includes(nodeId) ? `${topic}, on its way` : [])),
  ]
}

/** Whoever is registered or has settings of its own. */
function settledIds({ registered, overrides }: KafkaData): readonly number[] {
  const withSettings = [...overrides.keys()].map((name) => Number(name.split('/')[0]))
  return [...new Set([...registered.keys(), ...withSettings])]
}
