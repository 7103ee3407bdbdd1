import type { PlanBlocker, PlanPhase } from '../contract/plan.ts'
import { chooseLeaving, leavingViolation } from '../placement/choose-leaving.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import { finalisedLevels } from '../state/finalised-levels.ts'
import type { ChangeContext, Consequence } from './change-kinds.ts'
import { estimateSeconds } from './estimates.ts'
import { named } from './exposed-partitions.ts'
import type { PlanFacts } from './facts.ts'
import { leastSeconds } from './rebalance/next-moves.ts'
import { type BalanceKind, planRebalance, type RebalancePlan } from './rebalance/plan-rebalance.ts'
import { toBytes, usualThrottle } from './rebalance/throttle.ts'

const COUNT = '/brokers/count'

/** What is brought into balance when brokers are emptied: their replicas go where most room is, and leading costs no copy. */
export const DRAIN_KINDS = ['leaders'] as const satisfies readonly BalanceKind[]

/** How much room there must be for what is to be held: the rest is left for growth, and for what is copied twice meanwhile. */
const ROOM_TIMES = 1.3

/** The level of metadata from which on Kafka itself keeps replicas off a broker that is cordoned: 4.3-IV0 (KIP-1066). */
const CORDON_LEVEL = 30

/** Tells whether a cluster's Kafka can be told to put nothing new on a broker. */
export function canCordon(cluster: Parameters<typeof finalisedLevels>[0]): boolean {
  return finalisedLevels(cluster)['metadata.version'] >= CORDON_LEVEL
}

/**
 * What it takes to have fewer brokers (kafka-operations §5.5): those that leave give all of their replicas to the others, and go
 * one after the other. Refused unless every replica finds a place on those that stay, in its zone where it can, with room to
 * spare; and unless all is well, because copying is no time for other trouble.
 */
export function compileShrink({ cluster, brokers, wanted, facts }: ChangeContext): Consequence {
  const staying = wanted.brokers.count
  const violation = facts.leaving && leavingViolation(brokers, wanted.availabilityZones, staying, facts.leaving)
  if (violation !== undefined)
    return { blockers: [{ code: 'INVALID_FIELD', pointer: '/brokers/removeNodeIds', detail: violation }] }
  const nodes = facts.leaving ?? chooseLeaving(brokers, staying)
  const { layout } = facts
  if (layout === undefined || layout === 'unknown')
    return { phase: phaseOf(nodes, undefined, facts), blockers: unseen(cluster, layout) }
  const spots = layout.brokers.map((broker) => ({ ...broker, leaving: nodes.includes(broker.nodeId) }))
  const drain = planRebalance({ ...layout, brokers: spots }, DRAIN_KINDS)
  const throttle = toBytes(usualThrottle(cluster.spec.brokers.instanceType))
  return {
    phase: phaseOf(nodes, { ...drain, seconds: leastSeconds(drain.moves, throttle) }, facts),
    warnings: canCordon(cluster) ? [] : [NOT_CORDONED],
    blockers: [
      ...notServing(brokers),
      ...unwell(facts),
      ...tooManyReplicas(facts, staying),
      ...stuck(drain, facts, staying),
      ...tooLittleRoom(drain, nodes, facts),
    ],
  }
}

const NOT_CORDONED =
  'This release of Kafka cannot be told to put nothing new on brokers that leave: topics that clients make meanwhile by themselves may land there and are moved off again.'

type Drain = RebalancePlan & { readonly seconds: number }

function phaseOf(nodes: readonly number[], drain: Drain | undefined, facts: PlanFacts): PlanPhase {
  const removal = estimateSeconds('shrinkBrokers', nodes.length, facts)
  return {
    kind: 'shrinkBrokers',
    nodes: [...nodes],
    restarts: 0,
    ...(drain && { moves: { partitions: drain.moves.length, bytes: drain.bytes } }),
    estimateSeconds: removal + Math.ceil(drain?.seconds ?? 0),
  }
}

/** Where it would be refused anyway, nobody has asked Kafka. */
function unseen({ activeOperationId, status }: ChangeContext['cluster'], layout: 'unknown' | undefined): PlanBlocker[] {
  const isRefused = activeOperationId !== undefined || status !== 'Active'
  if (layout === undefined && isRefused) return []
  const detail = 'Kafka did not answer: whether the replicas fit on the brokers that stay is not known.'
  return [{ code: 'KAFKA_UNAVAILABLE', pointer: COUNT, detail }]
}

function notServing(brokers: readonly BrokerRecord[]): PlanBlocker[] {
  const down = brokers.filter(({ status, health }) => status !== 'Active' || health !== 'Healthy')
  if (down.length === 0) return []
  const detail = `Every node has to serve while brokers are emptied; ${named(down.map(({ nodeId }) => `node ${nodeId}`))} does not. Repair it first, also where it is to leave: only a broker that serves can show that it holds nothing any more.`
  return [{ code: 'NODES_NOT_SERVING', pointer: COUNT, detail }]
}

function unwell({ layout, topics }: PlanFacts): PlanBlocker[] {
  const seen = topics === 'unknown' ? undefined : topics
  const behind = (seen?.topics ?? []).flatMap(({ name, partitions }) =>
    partitions
      .filter(({ isr }) => isr.length < (seen?.minInSync(name) ?? 1))
      .map(({ partition }) => `${name}-${partition}`),
  )
  const { moving = [], unmovable = [] } = layout === undefined || layout === 'unknown' ? {} : layout
  const lost = [...new Set([...behind, ...unmovable])]
  return [
    ...(moving.length === 0
      ? []
      : [
          {
            code: 'MOVES_IN_PROGRESS',
            pointer: COUNT,
            detail: `${moving.length} partitions are being moved between brokers already.`,
          } as const,
        ]),
    ...(lost.length === 0
      ? []
      : [
          {
            code: 'REPLICAS_NOT_IN_SYNC',
            pointer: COUNT,
            detail: `${lost.length} partitions have fewer replicas in sync than they need, or no leader: ${named(lost)}.`,
          } as const,
        ]),
  ]
}

/** Topics that could not keep all of their replicas, each on a broker of its own. */
function wideTopics({ layout }: PlanFacts, staying: number): readonly string[] {
  const partitions = layout === undefined || layout === 'unknown' ? [] : layout.partitions
  return [...new Set(partitions.flatMap(({ topic, replicas }) => (replicas.length > staying ? topic : [])))]
}

function tooManyReplicas(facts: PlanFacts, staying: number): PlanBlocker[] {
  const wide = wideTopics(facts, staying)
  if (wide.length === 0) return []
  const detail = `${wide.length} topics have more replicas than the ${staying} brokers that would stay: ${named(wide)}. Give them fewer replicas, or delete them, first.`
  return [{ code: 'REPLICAS_WOULD_NOT_FIT', pointer: COUNT, detail }]
}

function stuck({ stuck: found }: RebalancePlan, facts: PlanFacts, staying: number): PlanBlocker[] {
  const wide = wideTopics(facts, staying).map((topic) => `${topic}-`)
  const others = found.filter((name) => !wide.some((topic) => name.startsWith(topic)))
  if (others.length === 0) return []
  const detail = `No broker that stays can take a replica of ${others.length} partitions: ${named(others)}.`
  return [{ code: 'REPLICAS_WOULD_NOT_FIT', pointer: COUNT, detail }]
}

/** The volumes as the hosts see them; what Kafka holds now and what is free is what it may hold. */
function tooLittleRoom({ before, after }: RebalancePlan, leaving: readonly number[], facts: PlanFacts): PlanBlocker[] {
  const capacities = new Map(
    (facts.layout === undefined || facts.layout === 'unknown' ? [] : facts.layout.brokers).map(
      ({ nodeId, capacityBytes }) => {
        const { totalBytes, usedBytes } = facts.volumes?.get(nodeId) ?? {}
        const held = before.brokers.find((broker) => broker.nodeId === nodeId)?.bytes ?? 0
        const known =
          totalBytes === undefined || usedBytes === undefined ? capacityBytes : totalBytes - usedBytes + held
        return [nodeId, known] as const
      },
    ),
  )
  const staying = after.brokers.filter(({ nodeId }) => !leaving.includes(nodeId))
  const held = after.brokers.reduce((sum, { bytes }) => sum + bytes, 0)
  const room = staying.reduce((sum, { nodeId }) => sum + (capacities.get(nodeId) ?? 0), 0)
  const full = staying.filter(({ nodeId, bytes }) => bytes > (capacities.get(nodeId) ?? 0))
  if (room >= ROOM_TIMES * held && full.length === 0) return []
  const why =
    full.length > 0
      ? `broker ${full.map(({ nodeId }) => nodeId).join(', ')} would have to hold more than fits`
      : `they have room for ${gib(room)} GiB, and ${ROOM_TIMES} times the ${gib(held)} GiB to be held is asked for`
  const detail = `The volumes of the brokers that would stay are too small: ${why}. Extend them first.`
  return [{ code: 'DISK_WOULD_NOT_FIT', pointer: COUNT, detail }]
}

const gib = (bytes: number) => Math.round(bytes / 1024 ** 3)
