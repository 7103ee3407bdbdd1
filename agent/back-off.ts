/** How long to wait after the nth failure in a row: doubling from the base up to the cap. */
export interface BackOff {
  readonly baseMilliseconds: number
  readonly capMilliseconds: number
}

/** Towards a control plane that does not answer: soon at first, and at the cap a fleet of 1,000 makes about 130 calls a second. */
export const callBackOff: BackOff = { baseMilliseconds: 500, capMilliseconds: 10_000 }

/** Between starts of a Kafka process that ends unasked: 1 s, 2 s, 4 s … 60 s. */
export const restartBackOff: BackOff = { baseMilliseconds: 1000, capMilliseconds: 60_000 }

/** Between attempts at a step of the host that fails. */
export const stepBackOff: BackOff = { baseMilliseconds: 1000, capMilliseconds: 30_000 }

/** The delay after failure number `failures` (1 is the first). */
export function backOffMilliseconds({ baseMilliseconds, capMilliseconds }: BackOff, failures: number): number {
  return Math.min(capMilliseconds, baseMilliseconds * 2 ** Math.min(failures - 1, 30))
}

/** The same, spread over its upper half, so that hosts which failed together do not return together. */
export function jitteredBackOffMilliseconds(backOff: BackOff, failures: number, random: () => number): number {
  return backOffMilliseconds(backOff, failures) * (0.5 + random() / 2)
}
