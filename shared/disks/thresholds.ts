/** How full a volume is when its tenant is told, whether or not it grows by itself. */
export const DISK_THRESHOLDS_PERCENT = [70, 85, 95] as const

/** A threshold counts as left again only this far below it, so that a use that swings around it is told once. */
export const HYSTERESIS_PERCENT = 5

/** The highest threshold that counts as crossed, given the one that counted before. */
export function crossedThreshold(before: number | undefined, usedPercent: number): number | undefined {
  const counts = (threshold: number) =>
    usedPercent >= (threshold <= (before ?? 0) ? threshold - HYSTERESIS_PERCENT : threshold)
  return DISK_THRESHOLDS_PERCENT.findLast(counts)
}
