/** Billionths of a dollar, as whole numbers: sums of them are exact. */
export type NanoDollars = bigint

const NANO = 1_000_000_000n

/** Reads an amount such as `0.0225`: at most nine decimals. */
export function nanoDollars(decimal: string): NanoDollars {
  const parts = /^(\d+)(?:\.(\d{1,9}))?$/.exec(decimal)
  if (!parts) throw new TypeError(`not an amount of dollars: ${decimal}`)
  const [, whole = '0', fraction = ''] = parts
  return BigInt(whole) * NANO + BigInt(fraction.padEnd(9, '0'))
}

/** Writes an amount with so many decimals, rounded half up. */
export function dollars(amount: NanoDollars, decimals = 2): string {
  const unit = 10n ** BigInt(9 - decimals)
  const rounded = (amount + unit / 2n) / unit
  const digits = rounded.toString().padStart(decimals + 1, '0')
  return decimals === 0 ? `$${digits}` : `$${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`
}

/** The sum of amounts. */
export function sumOf(amounts: Iterable<NanoDollars>): NanoDollars {
  let sum = 0n
  for (const amount of amounts) sum += amount
  return sum
}
