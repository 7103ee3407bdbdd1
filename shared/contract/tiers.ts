/** How much of the API a tenant may use. */
export interface Tier {
  readonly requestsPerSecond: number
  /** How many calls may come at once after a pause. */
  readonly burst: number
  readonly requestsPerMonth: number
}

/**
 * The tiers of tenants. A month has 2.6 million seconds: the monthly number stops a loop that nobody watches, and is out of
 * reach for a console, a pipeline and a terminal together.
 */
export const TIERS = {
  trial: { requestsPerSecond: 10, burst: 40, requestsPerMonth: 1_000_000 },
  standard: { requestsPerSecond: 50, burst: 200, requestsPerMonth: 20_000_000 },
  large: { requestsPerSecond: 200, burst: 800, requestsPerMonth: 100_000_000 },
} as const satisfies Record<string, Tier>

/** The name of a tier. */
export type TierName = keyof typeof TIERS

/** All tiers, in the order of the table. */
export const TIER_NAMES = Object.keys(TIERS) as readonly TierName[]

/** The tier of tenants whose tokens name none, or one that is not (or no longer) in the table. */
export const DEFAULT_TIER: TierName = 'standard'

/** The tier that a claim names. */
export function tierOf(claim: unknown): TierName {
  return TIER_NAMES.find((name) => name === claim) ?? DEFAULT_TIER
}

/**
 * API Gateway counts calls by key. A tier has so many keys, and a tenant always has the same one of them: a tenant that calls
 * without end takes from those few that have the same, and not from all of its tier.
 */
export const KEYS_PER_TIER = 8

/**
 * The key that API Gateway counts a tenant's calls by. It lets nobody in: the gateway takes it from the authoriser alone. Its
 * 20 to 128 letters and digits are another one in each deployment of an account.
 */
export function usageKey(stage: string, tier: TierName, tenantId: string): string {
  return usageKeyAt(stage, tier, hash(tenantId) % KEYS_PER_TIER)
}

/** One of a tier's keys. */
export function usageKeyAt(stage: string, tier: TierName, place: number): string {
  return `WeirUsageKeyOf${stage.replaceAll('-', 'X')}T${tier}N${place}`
}

/** FNV-1a over the letters of an id, which are all below 128. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return value
}
