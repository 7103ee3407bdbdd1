/** A broker as the planner of a rebalance sees it. */
export interface BrokerSpot {
  readonly nodeId: number
  readonly zone: string
  /** What its data volume can hold. */
  readonly capacityBytes: number
  /** It is to hold nothing in the end. */
  readonly leaving: boolean
}

/** A partition with its replicas, the preferred leader first, and the size of one replica of it. */
export interface PartitionSpot {
  readonly topic: string
  readonly partition: number
  readonly replicas: readonly number[]
  readonly sizeBytes: number
}

/** Where everything is. Every replica stands on a broker that is listed. */
export interface Layout {
  readonly brokers: readonly BrokerSpot[]
  readonly partitions: readonly PartitionSpot[]
}

/** A broker with what it holds at a moment of the planning. */
export interface Holder extends BrokerSpot {
  bytes: number
  leaders: number
  /** Indices of partitions, the smallest first. */
  readonly held: number[]
}

/** A layout that is being worked on: moves are made in it, one after the other. */
export interface Draft {
  readonly holders: readonly Holder[]
  /** Replicas by index of the partition, as they stand now. */
  readonly replicas: number[][]
  readonly sizes: readonly number[]
  holder(nodeId: number): Holder
  /** How many replicas of the partition stand in the zone. */
  inZone(partition: number, zone: string): number
  /** Puts another broker in the place of one, at the same position of the list. */
  move(partition: number, from: Holder, to: Holder): void
  /** Makes another of its replicas the preferred leader. */
  lead(partition: number, nodeId: number): void
}

/** Begins to work on a layout. RangeError where a replica stands on a broker that is not listed. */
export function draftOf(layout: Layout): Draft {
  const sizes = layout.partitions.map(({ sizeBytes }) => sizeBytes)
  const holders: readonly Holder[] = layout.brokers.map((broker) => ({ ...broker, bytes: 0, leaders: 0, held: [] }))
  const byId = new Map(holders.map((holder) => [holder.nodeId, holder]))
  const replicas = layout.partitions.map((partition) => [...partition.replicas])
  const sizeOf = (partition: number): number => sizes[partition] ?? 0
  const replicasOf = (partition: number): number[] => replicas[partition] ?? []
  const holder = (nodeId: number): Holder => {
    const found = byId.get(nodeId)
    if (!found) throw new RangeError(`there is no broker ${nodeId}`)
    return found
  }
  const place = ({ held }: Holder, partition: number): number => {
    let [low, high] = [0, held.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      const other = held[middle] ?? 0
      const isBefore = sizeOf(other) < sizeOf(partition) || (sizeOf(other) === sizeOf(partition) && other < partition)
      if (isBefore) low = middle + 1
      else high = middle
    }
    return low
  }
  for (const [partition, nodeIds] of replicas.entries()) {
    for (const [position, nodeId] of nodeIds.entries()) {
      const found = holder(nodeId)
      found.bytes += sizeOf(partition)
      found.held.push(partition)
      if (position === 0) found.leaders += 1
    }
  }
  for (const { held } of holders) held.sort((a, b) => sizeOf(a) - sizeOf(b) || a - b)

  return {
    holders,
    replicas,
    sizes,
    holder,
    inZone: (partition, zone) =>
      replicasOf(partition).reduce((count, nodeId) => count + Number(holder(nodeId).zone === zone), 0),
    move(partition, from, to) {
      const list = replicasOf(partition)
      const position = list.indexOf(from.nodeId)
      if (position < 0 || list.includes(to.nodeId)) throw new RangeError(`partition ${partition} cannot be moved so`)
      list[position] = to.nodeId
      from.held.splice(place(from, partition), 1)
      to.held.splice(place(to, partition), 0, partition)
      from.bytes -= sizeOf(partition)
      to.bytes += sizeOf(partition)
      if (position > 0) return
      from.leaders -= 1
      to.leaders += 1
    },
    lead(partition, nodeId) {
      const list = replicasOf(partition)
      const [before] = list
      const position = list.indexOf(nodeId)
      if (before === undefined || position < 0) throw new RangeError(`broker ${nodeId} has no replica of it`)
      list.splice(position, 1)
      list.unshift(nodeId)
      holder(before).leaders -= 1
      holder(nodeId).leaders += 1
    },
  }
}
