/** Who asks, and under which request. */
export interface Requester {
  readonly tenantId: string
  readonly requestedBy: string
  readonly requestId: string
}
