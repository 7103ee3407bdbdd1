import type { Placement } from './place-nodes.ts'

/**
 * Decides on which brokers the replicas of a new topic stand, where Kafka shall not choose itself. Leaders go round the zones and,
 * within each, round its brokers; the further replicas of a partition stand in other zones while there are any, and shift
 * against the leaders with every round, so that two brokers do not share all of their partitions. `first` is where it begins, so
 * that not every topic begins on the same broker.
 */
export function placeReplicas(
  brokers: readonly Placement[],
  partitions: number,
  replicationFactor: number,
  first = 0,
): readonly (readonly number[])[] {
  if (replicationFactor > brokers.length) throw new RangeError('there are fewer brokers than replicas')
  const circle = acrossZones(brokers)
  return Array.from({ length: partitions }, (_, partition) => {
    const start = partition + first
    const round = Math.floor(start / circle.length)
    const leader = circle[start % circle.length]
    const others = circle
      .map((_broker, step) => circle[(start + 1 + ((step + round) % circle.length)) % circle.length])
      .filter((broker) => broker !== undefined && broker !== leader)
    const replicas: Placement[] = leader ? [leader] : []
    while (replicas.length < replicationFactor) {
      const next = leastCrowded(others, replicas)
      if (!next) break
      replicas.push(next)
    }
    return replicas.map(({ nodeId }) => nodeId)
  })
}

/** The next in turn that stands in a zone with the fewest of the replicas so far. */
function leastCrowded(
  others: readonly (Placement | undefined)[],
  replicas: readonly Placement[],
): Placement | undefined {
  const inZone = ({ zone }: Placement) => replicas.filter((replica) => replica.zone === zone).length
  return others
    .filter((broker) => broker !== undefined)
    .filter((broker) => !replicas.includes(broker))
    .toSorted((a, b) => inZone(a) - inZone(b))[0]
}

/** The first broker of each zone, then the second of each, and so on. */
function acrossZones(brokers: readonly Placement[]): readonly Placement[] {
  const zones = [...Map.groupBy(brokers, ({ zone }) => zone).values()].map((of) =>
    of.toSorted((a, b) => a.nodeId - b.nodeId),
  )
  const longest = Math.max(0, ...zones.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => zones.flatMap((zone) => zone[index] ?? [])).flat()
}
