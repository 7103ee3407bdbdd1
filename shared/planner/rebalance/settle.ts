import type { Draft, Holder } from './layout.ts'

/**
 * Whether a replica may go from one broker to another: not onto one that leaves or has a replica of it, and to another zone only
 * where fewer replicas stand than in its own. So a spread over the zones is never made worse.
 */
export function mayMove(draft: Draft, partition: number, from: Holder, to: Holder): boolean {
  if (to.leaving || draft.replicas[partition]?.includes(to.nodeId)) return false
  return to.zone === from.zone || draft.inZone(partition, to.zone) < draft.inZone(partition, from.zone)
}

/**
 * What has to be, whatever it takes: nothing is left on brokers that leave, and no zone has two replicas more than another
 * that could hold one. The largest partitions choose first. Returns the partitions for which there is no place.
 */
export function settle(draft: Draft): readonly number[] {
  const largestFirst = draft.sizes
    .map((size, partition) => ({ size, partition }))
    .sort((a, b) => b.size - a.size || a.partition - b.partition)
  return largestFirst.flatMap(({ partition }) => {
    const isPlaced = drain(draft, partition)
    spreadOverZones(draft, partition)
    return isPlaced ? [] : [partition]
  })
}

function drain(draft: Draft, partition: number): boolean {
  for (const nodeId of [...(draft.replicas[partition] ?? [])]) {
    const from = draft.holder(nodeId)
    if (!from.leaving) continue
    const to = emptiest(draft, partition, (holder) => zoneCount(draft, partition, holder, from))
    if (!to) return false
    draft.move(partition, from, to)
  }
  return true
}

function spreadOverZones(draft: Draft, partition: number): void {
  for (;;) {
    const to = emptiest(draft, partition, ({ zone }) => draft.inZone(partition, zone))
    if (!to) return
    const most = draft.inZone(partition, to.zone) + 2
    // The last of the list first: the preferred leader stays where it can.
    const crowded = (draft.replicas[partition] ?? [])
      .toReversed()
      .map((nodeId) => draft.holder(nodeId))
      .find(({ zone }) => draft.inZone(partition, zone) >= most)
    if (!crowded) return
    draft.move(partition, crowded, to)
  }
}

/** Replicas in the zone of a broker, when the one that leaves no longer counts. */
function zoneCount(draft: Draft, partition: number, { zone }: Holder, leaving: Holder): number {
  return draft.inZone(partition, zone) - Number(leaving.zone === zone)
}

/** Of the brokers that may take a replica: the one in the zone with the fewest, and among those the least filled. */
function emptiest(draft: Draft, partition: number, inZone: (holder: Holder) => number): Holder | undefined {
  let best: { readonly holder: Holder; readonly count: number; readonly fill: number } | undefined
  for (const holder of draft.holders) {
    if (holder.leaving || draft.replicas[partition]?.includes(holder.nodeId)) continue
    const [count, fill] = [inZone(holder), holder.bytes / holder.capacityBytes]
    const isBetter =
      !best ||
      count < best.count ||
      (count === best.count && fill < best.fill) ||
      (count === best.count && fill === best.fill && holder.held.length < best.holder.held.length)
    if (isBetter) best = { holder, count, fill }
  }
  return best?.holder
}
