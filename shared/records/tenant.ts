/** What a tenant may have and has: kept exact because both are written in the transaction of each change. */
export interface TenantRecord {
  readonly tenantId: string
  readonly limits: TenantUsage
  readonly usage: TenantUsage
}

/** Countable things a tenant is limited in. */
export interface TenantUsage {
  readonly clusters: number
  /** Hosts, controllers included. */
  readonly brokers: number
  readonly volumeGiB: number
}

/** Limits of a tenant that an operator has not given others: enough to try everything, too little to run away. */
export const DEFAULT_LIMITS: TenantUsage = { clusters: 10, brokers: 60, volumeGiB: 20_000 }

/** A tenant without clusters. */
export const NO_USAGE: TenantUsage = { clusters: 0, brokers: 0, volumeGiB: 0 }
