import { type KafkaVersion, levelsOfRelease } from '../../../shared/catalogue/kafka-versions.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { KafkaTarget } from '../../../shared/ports/kafka.ts'
import { type KafkaMembership, type LevelRange, QUORUM_FEATURE } from '../../../shared/ports/kafka-membership.ts'
import type { KafkaData } from './kafka-data.ts'
import type { KafkaProcess, Machine } from './machine.ts'

const METADATA = 'metadata.version'

/** What each release supports; 4.0 took the levels of metadata below 3.3-IV3 away. */
const SUPPORTED: Readonly<Record<KafkaVersion, Readonly<Record<string, LevelRange>>>> = {
  '3.7.1': { [METADATA]: { min: 1, max: 19 } },
  '3.9.2': { [METADATA]: { min: 1, max: 21 }, [QUORUM_FEATURE]: { min: 0, max: 1 } },
  '4.3.1': {
    [METADATA]: { min: 7, max: 30 },
    [QUORUM_FEATURE]: { min: 0, max: 1 },
    'transaction.version': { min: 0, max: 2 },
    'group.version': { min: 0, max: 1 },
    'eligible.leader.replicas.version': { min: 0, max: 1 },
    'share.version': { min: 0, max: 1 },
    'streams.version': { min: 0, max: 1 },
  },
}

/** Levels that changed how metadata is written: nothing goes back across them. */
const CHANGED_METADATA = [23, 30]

/** The level from which on a broker heeds that its directories are cordoned. */
const CORDON_LEVEL = 30
const CORDON = 'cordoned.log.dirs'

/** What the membership needs of the rest of the model. */
export interface MembershipParts {
  readonly metadata: (target: KafkaTarget) => Promise<KafkaData>
  readonly metadataOfControllers: (target: KafkaTarget) => Promise<KafkaData>
  readonly nodesUp: (clusterId: string) => readonly { readonly machine: Machine; readonly kafka: KafkaProcess }[]
  readonly brokersUp: (clusterId: string) => readonly { readonly nodeId: number }[]
}

/** Who is registered, and what all nodes can work at. */
export function membershipModel({
  metadata,
  metadataOfControllers,
  nodesUp,
  brokersUp,
}: MembershipParts): KafkaMembership {
  return {
    registeredBrokers: async (target) => {
      if (!target.kafkaVersion.startsWith('4.')) return 'unknown'
      const { registered } = await metadata(target)
      const serving = brokersUp(target.clusterId).map(({ nodeId }) => nodeId)
      return [...registered.keys()]
        .toSorted((one, other) => one - other)
        .map((nodeId) => ({ nodeId, fenced: !serving.includes(nodeId) }))
    },
    unregisterBroker: async (target, nodeId) => {
      const data = await metadataOfControllers(target)
      data.registered.delete(nodeId)
      // It does not notice before it is started again that nobody takes its word any more.
      for (const { machine, kafka } of nodesUp(target.clusterId))
        if (machine.node.nodeId === nodeId) kafka.unregistered = true
    },
    features: async (target) => {
      const { features } = await metadataOfControllers(target)
      const nodes = nodesUp(target.clusterId)
      const ask = (role: 'broker' | 'controller') => (address: string) => {
        const node = nodes.find(({ machine }) => address.startsWith(`${machine.address}:`))
        const supported = node && new Map(Object.entries(SUPPORTED[node.kafka.desired.kafka.version]))
        return { address, role, supported, finalised: node ? new Map(features) : new Map<string, number>() }
      }
      return {
        finalised: new Map(features),
        nodes: [...target.brokers.map(ask('broker')), ...target.controllers.map(ask('controller'))],
      }
    },
    updateFeatures: async (target, levels, { validateOnly, kind }) => {
      const data = await metadataOfControllers(target)
      const controllers = nodesUp(target.clusterId).flatMap(({ kafka }) =>
        kafka.desired.roles.includes('controller') ? [kafka.desired.kafka.version] : [],
      )
      const releases = new Set([...data.registered.values(), ...controllers])
      for (const [feature, level] of Object.entries(levels)) {
        const why = refusedLevel(data, releases, feature, level, kind)
        if (why !== undefined)
          throw new DomainError('INVALID_FIELD', `Kafka refuses the level of ${feature}: ${why}`, {
            violations: [{ pointer: `/features/${feature}`, rule: 'invalid_update_version', detail: why }],
          })
      }
      if (validateOnly) return
      for (const [feature, level] of Object.entries(levels)) {
        if (level === 0) data.features.delete(feature)
        else data.features.set(feature, level)
      }
    },
  }
}

function refusedLevel(
  { features }: KafkaData,
  releases: ReadonlySet<string>,
  feature: string,
  level: number,
  kind: 'upgrade' | 'safeDowngrade',
): string | undefined {
  if (feature === QUORUM_FEATURE) return 'the quorum is static'
  const now = features.get(feature) ?? 0
  const unable = [...releases].find((release) => !supports(release, feature, level))
  if (unable !== undefined) return `a registered node of ${unable} does not support level ${level}`
  if (kind === 'upgrade') return level < now ? `level ${level} is below ${now}` : undefined
  if (level > now) return `level ${level} is above ${now}`
  const crossed = feature === METADATA && CHANGED_METADATA.some((changed) => level < changed && changed <= now)
  return crossed ? 'metadata would be lost' : undefined
}

function supports(release: string, feature: string, level: number): boolean {
  const range = Object.entries(SUPPORTED).find(([name]) => name === release)?.[1][feature]
  return range === undefined ? level === 0 : range.min <= level && level <= range.max
}

/** Tells whether a release can work at all levels of the cluster; a node of another one ends at its start. */
export function canJoin({ features }: KafkaData, release: string): boolean {
  return [...features].every(([feature, level]) => supports(release, feature, level))
}

/** A cluster works at the levels that its first node was formatted with. */
export function bornWith(data: KafkaData, release: KafkaVersion): void {
  if (data.features.size > 0) return
  for (const [feature, level] of Object.entries(levelsOfRelease(release))) data.features.set(feature, level)
}

/** The newest level of metadata that a release knows. */
export function newestMetadataLevel(release: KafkaVersion): number {
  return SUPPORTED[release][METADATA]?.max ?? 0
}

/** Tells whether a cluster works at a level at which brokers can be cordoned. */
export function heedsCordon({ features }: Pick<KafkaData, 'features'>): boolean {
  return (features.get(METADATA) ?? 0) >= CORDON_LEVEL
}

/** Tells whether Kafka places no replicas on a broker. Who names the broker is not kept off. */
export function isCordoned(data: Pick<KafkaData, 'features' | 'overrides'>, nodeId: number): boolean {
  return heedsCordon(data) && (data.overrides.get(`${nodeId}/${CORDON}`) ?? '') !== ''
}
