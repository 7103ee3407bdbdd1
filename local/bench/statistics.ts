/** The p-th percentile (0 to 100) of unsorted samples, by the nearest rank. */
export function percentile(samples: readonly number[], p: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const rank = Math.max(1, Math.ceil((p / 100) * sorted.length))
  return sorted[rank - 1] ?? Number.NaN
}

/** The middle of unsorted samples: what to quote from a machine that others use, too. */
export function median(samples: readonly number[]): number {
  return percentile(samples, 50)
}

/** Milliseconds that `call` took, and what it gave. */
export async function timed<T>(call: () => Promise<T>): Promise<{ readonly milliseconds: number; readonly result: T }> {
  const startedAt = performance.now()
  const result = await call()
  return { milliseconds: performance.now() - startedAt, result }
}
