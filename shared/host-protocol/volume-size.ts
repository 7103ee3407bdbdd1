const MIB = 1024 ** 2

/** The least journal that XFS makes on a volume of 300 MiB or more: on a volume of 1 GiB, 6.25 % of it. */
const LEAST_JOURNAL_BYTES = 64 * MIB

/** The journal of a large XFS is 1/2048 of the size that it was made with; growing leaves it as it is. */
const JOURNAL_SHARE = 1 / 2048

/** What rounding to whole allocation groups may take. */
const ROUNDING_BYTES = 16 * MIB

/**
 * The least that a file system on a volume of this size says it has in total, because its journal does not count. A share
 * such as 95 % of the size would not do: 1 GiB has 93.75 %, and of 100 GiB it would be met by 96 GiB that have not grown.
 * One GiB less does not reach it up to 2 TiB; above, the journal hides a growth that small, and the device's own size,
 * which the host checks before its revision is in force, decides.
 */
export function leastTotalBytes(volumeGiB: number): number {
  const deviceBytes = volumeGiB * 1024 * MIB
  return deviceBytes - Math.max(LEAST_JOURNAL_BYTES, Math.ceil(deviceBytes * JOURNAL_SHARE)) - ROUNDING_BYTES
}
