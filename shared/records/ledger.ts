/**
 * A change of what is billed for one broker, written with the change itself. `sequence` is gapless per broker and is
 * the order; `at` never runs backwards. Usage is the integral of the billable units over time (metering-and-billing §4).
 */
export interface LedgerRecord {
  readonly tenantId: string
  readonly clusterId: string
  readonly nodeId: number
  readonly sequence: number
  readonly at: string
  readonly billable: {
    /** The class of host while compute is billed, absent while it is not. */
    readonly instanceType?: string
    /** Provisioned storage in GiB, 0 once the volume is gone. */
    readonly storageGiB: number
  }
  readonly cause: string
  readonly operationId: string
}
