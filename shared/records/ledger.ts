/** What is billed for one broker from a moment on. */
export interface Billable {
  readonly nodeId: number
  /** The class of host while compute is billed, absent while it is not. */
  readonly instanceType?: string
  /** Provisioned storage in GiB, 0 once the volume is gone. */
  readonly volumeGiB: number
}

/**
 * A change of what is billed for some brokers of a cluster, written with the change itself. `sequence` is gapless per
 * cluster and is the order; `at` never runs backwards. Usage is the integral of the billable units over time
 * (metering §4). One row names all brokers that change together, so that ending the compute of a large
 * cluster still fits into the transaction that accepts its deletion.
 */
export interface LedgerRecord {
  readonly tenantId: string
  readonly clusterId: string
  readonly sequence: number
  readonly at: string
  readonly brokers: readonly Billable[]
  readonly cause: string
  readonly operationId: string
}
