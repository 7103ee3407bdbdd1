import { DRIFT_KINDS, type Drift, type DriftSide, driftKey, type ToldDrift } from './drift.ts'

/** The most that is told of one cluster: its record has a limit, and whoever mends the first ones sees the next. */
export const MOST_TOLD = 30

/** What a look found, by whom was asked; a side that could not be asked is left out. */
export type DriftLook = Readonly<Partial<Record<DriftSide, readonly Drift[]>>>

/** What is known of the drift of a cluster. */
export interface KnownDrift {
  readonly told: readonly ToldDrift[]
  /** What the last look was the first to find. */
  readonly suspected: readonly ToldDrift[]
}

/** What is known after a look, and what of it is news. */
export interface NoticedDrift extends KnownDrift {
  readonly detected: readonly ToldDrift[]
  readonly resolved: readonly ToldDrift[]
}

/**
 * Weighs a look against what is known. A difference is told when two looks in a row have found it, because what is being
 * changed looks like drift for a moment; it is over as soon as one look finds it no longer.
 */
export function noticeDrift(known: KnownDrift, look: DriftLook, now: string): NoticedDrift {
  const seen = unique([...(look.Fleet ?? []), ...(look.Kafka ?? [])])
  const wasAsked = ({ kind }: Drift) => look[DRIFT_KINDS[kind]] !== undefined
  const isSeen = (drift: Drift) => !wasAsked(drift) || seen.has(driftKey(drift))
  const still = known.told.filter(isSeen).map((drift) => ({ ...drift, ...seen.get(driftKey(drift)) }))
  const room = Math.max(0, MOST_TOLD - still.length)
  const detected = known.suspected
    .filter((drift) => wasAsked(drift) && seen.has(driftKey(drift)))
    .map((drift) => ({ ...drift, ...seen.get(driftKey(drift)) }))
    .slice(0, room)
  const told = [...still, ...detected]
  const knownKeys = new Set([...told, ...known.suspected].map(driftKey))
  const waiting = known.suspected.filter((drift) => isSeen(drift) && !detected.some(isSame(drift)))
  const fresh = [...seen.values()].filter((drift) => !knownKeys.has(driftKey(drift)))
  return {
    told,
    suspected: [...waiting, ...fresh.map((drift) => ({ ...drift, since: now }))].slice(0, MOST_TOLD),
    detected,
    resolved: known.told.filter((drift) => !isSeen(drift)),
  }
}

const isSame = (one: Drift) => (other: Drift) => driftKey(one) === driftKey(other)

function unique(drifts: readonly Drift[]): ReadonlyMap<string, Drift> {
  return new Map(drifts.map((drift) => [driftKey(drift), drift]))
}
