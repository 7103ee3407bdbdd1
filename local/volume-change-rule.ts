/** The stretch of time over which changes of a volume are counted. */
const DAY_MILLISECONDS = 86_400_000

/**
 * When a volume that was changed at these times may be changed again, in milliseconds since the epoch; undefined: at once.
 * This is the rule of EBS, which takes four changes of a volume within any 24 hours (kafka-operations §5.2).
 */
export function nextChangeAt(changedAt: readonly number[], changesPerDay: number, now: number): number | undefined {
  const counted = changedAt.filter((at) => at + DAY_MILLISECONDS > now).toSorted((a, b) => a - b)
  const freeing = counted.at(-changesPerDay)
  return freeing === undefined ? undefined : freeing + DAY_MILLISECONDS
}
