import type { PlanBlocker } from '../contract/plan.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import type { ChangeContext } from './consequence.ts'
import { named } from './exposed-partitions.ts'
import type { PlanFacts } from './facts.ts'
import type { RebalancePlan } from './rebalance/plan-rebalance.ts'

const COUNT = '/brokers/count'

/** How much room there must be for what is to be held: the rest is left for growth, and for what is copied twice meanwhile. */
const ROOM_TIMES = 1.3

/** What keeps these brokers from leaving, by what is seen of the cluster and where their replicas would go. */
export function shrinkBlockers(
  { brokers, facts, wanted }: ChangeContext,
  drain: RebalancePlan,
  leaving: readonly number[],
): readonly PlanBlocker[] {
  const staying = wanted.brokers.count
  return [
    ...notServing(brokers),
    ...unwell(facts),
    ...tooManyReplicas(facts, staying),
    ...stuck(drain, facts, staying),
    ...tooLittleRoom(drain, leaving, facts),
  ]
}

/** Where it would be refused anyway, nobody has asked Kafka. */
export function unseenBlockers(
  { activeOperationId, status }: ChangeContext['cluster'],
  layout: 'unknown' | undefined,
): PlanBlocker[] {
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
