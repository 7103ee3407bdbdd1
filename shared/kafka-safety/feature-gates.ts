import { type FeatureLevels, KAFKA_FEATURES } from '../catalogue/kafka-versions.ts'
import type { ErrorCode } from '../errors/catalogue.ts'
import type { FeaturesView, NodeFeatures } from '../ports/kafka-membership.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import { nodeVersion } from '../state/node-version.ts'

/** What Kafka says of the nodes that levels are finalised for. */
export interface SeenNodes {
  readonly view: FeaturesView
  /** Brokers that are registered and not fenced. */
  readonly serving: readonly number[]
  /** All that are registered, fenced ones too, where the release tells of those. */
  readonly registered: readonly number[] | 'unknown'
}

/** Why levels cannot be finalised now. */
export interface FeatureBlocker {
  readonly code: ErrorCode
  readonly detail: string
}

/**
 * What keeps levels from being finalised: nodes of several releases, a node that does not answer or does not know a level, and
 * brokers that are registered and do not exist, which nobody could ask (kafka-operations §5.7).
 */
export function featureBlockers(
  cluster: ClusterRecord,
  nodes: readonly BrokerRecord[],
  to: FeatureLevels,
  { view, serving, registered }: SeenNodes,
): readonly FeatureBlocker[] {
  const brokers = nodes.flatMap(({ nodeId, roles }) => (roles.includes('broker') ? [nodeId] : []))
  const mixed = nodes.filter(
    (node) => node.orderedVersion !== undefined || nodeVersion(cluster, node) !== cluster.spec.kafkaVersion,
  )
  const down = nodes.filter(
    ({ nodeId, address, roles }) =>
      address === undefined ||
      (roles.includes('broker') && !serving.includes(nodeId)) ||
      listenersOf(view, address).some(({ supported }) => supported === undefined),
  )
  const known = new Set(serving.concat(registered === 'unknown' ? [] : registered))
  const stale = [...known].filter((nodeId) => !brokers.includes(nodeId)).toSorted((a, b) => a - b)
  return [
    ...blocker(
      'MIXED_VERSIONS',
      idsOf(mixed),
      (ids) => `${ids} not known to run Kafka ${cluster.spec.kafkaVersion}: finish the upgrade first.`,
    ),
    ...blocker('NODES_NOT_SERVING', idsOf(down), (ids) => `${ids} not serving: what they know cannot be asked.`),
    ...blocker(
      'STALE_REGISTRATION',
      stale,
      (ids) => `${ids} registered in Kafka and not part of the cluster: the platform team has to look.`,
    ),
    ...nodes.filter((node) => !down.includes(node)).flatMap((node) => unknownLevels(node, to, view)),
  ]
}

const idsOf = (nodes: readonly BrokerRecord[]) => nodes.map(({ nodeId }) => nodeId)

function blocker(code: ErrorCode, ids: readonly number[], say: (ids: string) => string): readonly FeatureBlocker[] {
  if (ids.length === 0) return []
  return [{ code, detail: say(ids.length === 1 ? `Node ${ids[0]} is` : `Nodes ${ids.join(', ')} are`) }]
}

function unknownLevels({ nodeId, address = '' }: BrokerRecord, to: FeatureLevels, view: FeaturesView) {
  const listeners = listenersOf(view, address)
  const unknown = KAFKA_FEATURES.filter((feature) => {
    const level = to[feature] ?? 0
    return level > 0 && listeners.some(({ supported }) => !isWithin(level, supported?.get(feature)))
  })
  return unknown.map(
    (feature): FeatureBlocker => ({
      code: 'LEVEL_NOT_SUPPORTED',
      detail: `Node ${nodeId} does not support ${feature} ${to[feature]}.`,
    }),
  )
}

const isWithin = (level: number, range: { readonly min: number; readonly max: number } | undefined) =>
  range !== undefined && range.min <= level && level <= range.max

function listenersOf({ nodes }: FeaturesView, address: string): readonly NodeFeatures[] {
  return nodes.filter((node) => node.address.startsWith(`${address}:`))
}

/** The levels that a cluster works at, as Kafka says, of the features that Weir finalises. */
export function seenLevels({ finalised }: FeaturesView): FeatureLevels {
  const others = KAFKA_FEATURES.flatMap((feature) => {
    const level = finalised.get(feature) ?? 0
    return level > 0 ? [[feature, level] as const] : []
  })
  return { ...Object.fromEntries(others), 'metadata.version': finalised.get('metadata.version') ?? 0 }
}

/** The nodes that do not show these levels yet, or do not answer. */
export function lateListeners({ nodes }: FeaturesView, to: FeatureLevels): readonly NodeFeatures[] {
  return nodes.filter(
    ({ supported, finalised }) =>
      supported === undefined || KAFKA_FEATURES.some((feature) => (finalised.get(feature) ?? 0) !== (to[feature] ?? 0)),
  )
}
