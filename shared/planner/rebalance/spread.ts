import { type Bands, gain, LEAST_GAIN, loadOf, outside } from './bands.ts'
import type { Draft, Holder } from './layout.ts'
import { mayMove } from './settle.ts'

/**
 * Moves bytes from brokers above their band, or to those below it, until nothing helps. What is moved fits what is too
 * much at one end and missing at the other, so every byte is moved once, and no more of them than it takes to come into the
 * bands. No move makes the spread of replicas worse: where it would, the smallest replica comes back in exchange, for its few
 * bytes. Says whether anything was moved.
 */
export function spreadBytes(draft: Draft, bands: Bands): boolean {
  const off = (dimension: Spread, holder: Holder) => outside(bands(dimension, holder), loadOf(dimension, holder))
  const wanted = (from: Holder, to: Holder) => {
    const room = Math.max(0, bands('disk', to).high - to.bytes)
    return Math.min(Math.max(off('disk', from), -off('disk', to)), room)
  }
  const wantedOfOne = (from: Holder, to: Holder) => {
    const missing = { bytes: Math.max(0, -off('disk', to)), replicas: Math.max(0, -off('replicas', to)) }
    // One that lacks replicas, too, gets both with the same bytes, by taking some that are of the size it lacks per replica.
    return missing.replicas > 0 ? Math.min(wanted(from, to), missing.bytes / missing.replicas) : wanted(from, to)
  }
  return improve(draft, bands, 'disk', wantedOfOne, (from, to) => swap(draft, bands, from, to, wanted(from, to)))
}

/** Gives a large replica for a small one within a zone; the number of replicas stays. Says whether it did. */
function swap(draft: Draft, bands: Bands, from: Holder, to: Holder, wantedBytes: number): boolean {
  if (from.zone !== to.zone) return false
  const back = to.held.find((partition) => mayMove(draft, partition, to, from))
  if (back === undefined) return false
  const backBytes = draft.sizes[back] ?? 0
  const given = nearest(
    draft,
    from,
    wantedBytes + backBytes,
    (partition) =>
      gain(bands, 'disk', from, to, (draft.sizes[partition] ?? 0) - backBytes) > LEAST_GAIN &&
      mayMove(draft, partition, from, to),
  )
  if (given === undefined) return false
  draft.move(given, from, to)
  draft.move(back, to, from)
  return true
}

/** Moves replicas so that brokers hold about as many of them, the smallest first. None makes the spread of bytes worse. */
export function spreadReplicas(draft: Draft, bands: Bands): boolean {
  return improve(draft, bands, 'replicas', () => 0)
}

type Spread = 'disk' | 'replicas'

/** The size that a replica best has to go from one broker to another. */
type WantedBytes = (from: Holder, to: Holder) => number

/**
 * Makes the best single move, again and again: from the fullest broker that can give to the emptiest that can take, in its own
 * zone before another. What two brokers have nothing to exchange for is not tried again until one of them has changed.
 */
function improve(
  draft: Draft,
  bands: Bands,
  dimension: Spread,
  wantedBytes: WantedBytes,
  otherwise: (from: Holder, to: Holder) => boolean = () => false,
): boolean {
  const other: Spread = dimension === 'disk' ? 'replicas' : 'disk'
  const staying = draft.holders.filter(({ leaving }) => !leaving)
  const fruitless = new Map<Holder, Set<Holder>>(staying.map((holder) => [holder, new Set()]))
  const amountOf = (spread: Spread, partition: number) => (spread === 'disk' ? (draft.sizes[partition] ?? 0) : 1)
  const fill = (holder: Holder) => loadOf(dimension, holder) / Math.max(1, bands(dimension, holder).high)
  const off = (holder: Holder) => outside(bands(dimension, holder), loadOf(dimension, holder))
  const isHelpful = (partition: number, from: Holder, to: Holder) =>
    gain(bands, dimension, from, to, amountOf(dimension, partition)) > LEAST_GAIN &&
    gain(bands, other, from, to, amountOf(other, partition)) >= 0 &&
    mayMove(draft, partition, from, to)

  function moveAlone(from: Holder, to: Holder): boolean {
    // As replicas all count the same, one look says whether the number of them allows any.
    const ofReplicas = gain(bands, 'replicas', from, to, 1)
    if (dimension === 'replicas' ? ofReplicas <= LEAST_GAIN : ofReplicas < 0) return false
    const found = nearest(draft, from, wantedBytes(from, to), (partition) => isHelpful(partition, from, to))
    if (found !== undefined) draft.move(found, from, to)
    return found !== undefined
  }

  function exchange(from: Holder, to: Holder): boolean {
    if (!moveAlone(from, to) && !otherwise(from, to)) {
      fruitless.get(from)?.add(to)
      return false
    }
    for (const changed of [from, to]) {
      fruitless.get(changed)?.clear()
      for (const pairs of fruitless.values()) pairs.delete(changed)
    }
    return true
  }

  function moveOne(): boolean {
    const fullestFirst = staying.toSorted((a, b) => fill(b) - fill(a) || a.nodeId - b.nodeId)
    const emptiestFirst = fullestFirst.toReversed()
    for (const from of fullestFirst) {
      const takers = emptiestFirst.filter((to) => fill(to) < fill(from) && (off(from) > 0 || off(to) < 0))
      const ownZoneFirst = takers.toSorted((a, b) => Number(b.zone === from.zone) - Number(a.zone === from.zone))
      if (ownZoneFirst.some((to) => !fruitless.get(from)?.has(to) && exchange(from, to))) return true
    }
    return false
  }
  let moved = false
  while (moveOne()) moved = true
  return moved
}

/** Of a broker's partitions that will do: the largest of at most the wanted size, failing that the smallest above. */
function nearest(
  { sizes }: Draft,
  { held }: Holder,
  wantedBytes: number,
  willDo: (partition: number) => boolean,
): number | undefined {
  let [low, high] = [0, held.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sizes[held[middle] ?? 0] ?? 0) <= wantedBytes) low = middle + 1
    else high = middle
  }
  for (let index = low - 1; index >= 0; index--) {
    const partition = held[index]
    if (partition !== undefined && willDo(partition)) return partition
  }
  for (let index = low; index < held.length; index++) {
    const partition = held[index]
    if (partition !== undefined && willDo(partition)) return partition
  }
  return undefined
}
