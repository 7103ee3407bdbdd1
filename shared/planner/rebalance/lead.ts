import { type Bands, gain, LEAST_GAIN, outside } from './bands.ts'
import type { Draft, Holder } from './layout.ts'

/**
 * Spreads preferred leaders by the order of the replicas alone; no data is moved. A broker with too many hands one on to
 * a broker that has a replica of it, and that one, where it has enough itself, hands on another: the shortest such chain that
 * ends at a broker which can take one. With single exchanges only, one would stop where such chains still help.
 */
export function spreadLeaders(draft: Draft, bands: Bands): void {
  const ledBy = new Map<number, Set<number>>(draft.holders.map(({ nodeId }) => [nodeId, new Set()]))
  for (const [partition, [leader]] of draft.replicas.entries())
    if (leader !== undefined) ledBy.get(leader)?.add(partition)

  function handOn(): boolean {
    const fullestFirst = draft.holders.toSorted((a, b) => b.leaders - a.leaders || a.nodeId - b.nodeId)
    const isOff = (holder: Holder) => outside(bands('leaders', holder), holder.leaders)
    const anybodyLacks = fullestFirst.some((holder) => isOff(holder) < 0)
    for (const from of fullestFirst) {
      if (isOff(from) <= 0 && !anybodyLacks) return false
      const chain = shortestChain(draft, ledBy, from, (to) => gain(bands, 'leaders', from, to, 1) > LEAST_GAIN)
      for (const { partition, giver, taker } of chain ?? []) {
        draft.lead(partition, taker)
        ledBy.get(giver)?.delete(partition)
        ledBy.get(taker)?.add(partition)
      }
      if (chain) return true
    }
    return false
  }
  while (handOn());
}

interface Handing {
  readonly partition: number
  readonly giver: number
  readonly taker: number
}

function shortestChain(
  draft: Draft,
  ledBy: ReadonlyMap<number, ReadonlySet<number>>,
  from: Holder,
  isEnd: (holder: Holder) => boolean,
): readonly Handing[] | undefined {
  const reachedBy = new Map<number, Handing | undefined>([[from.nodeId, undefined]])
  const queue = [from.nodeId]
  for (const giver of queue) {
    for (const partition of ledBy.get(giver) ?? []) {
      for (const taker of draft.replicas[partition] ?? []) {
        if (reachedBy.has(taker) || draft.holder(taker).leaving) continue
        reachedBy.set(taker, { partition, giver, taker })
        if (isEnd(draft.holder(taker))) return backFrom(taker, reachedBy)
        queue.push(taker)
      }
    }
  }
  return undefined
}

function backFrom(end: number, reachedBy: ReadonlyMap<number, Handing | undefined>): readonly Handing[] {
  const chain: Handing[] = []
  for (let step = reachedBy.get(end); step; step = reachedBy.get(step.giver)) chain.push(step)
  return chain
}
