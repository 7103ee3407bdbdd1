import type { ClusterSpec } from '../contract/cluster-spec.ts'
import type { Violation } from '../errors/domain-error.ts'

/**
 * The ports of a cluster's public entry: one that leads to any broker, and one for each. A node's own is this plus its id, which is
 * never used again.
 */
export const PUBLIC_BOOTSTRAP_PORT = 9094
const FIRST_BROKER_PORT = 9200

/** Node ids have three digits at most. */
export const LAST_PUBLIC_PORT = FIRST_BROKER_PORT + 999

/** The port of the public entry that leads to one broker and no other. */
export function publicPort(nodeId: number): number {
  return FIRST_BROKER_PORT + nodeId
}

/** A network load balancer takes 50 listeners unless the account has a larger quota: one for all brokers, and one for each. */
export const MAX_PUBLIC_BROKERS = 49

/** What forbids an order that wants public access, for the number of its brokers. */
export function publicAccessViolations({ network, brokers }: Partial<ClusterSpec>): readonly Violation[] {
  if (network?.access !== 'public' || !brokers || brokers.count <= MAX_PUBLIC_BROKERS) return []
  const detail = `must be ${MAX_PUBLIC_BROKERS} at most with public access, which has a listener for each broker`
  return [{ pointer: '/brokers/count', rule: 'public_access_broker_limit', detail }]
}

/** What forbids it in a deployment without public access. */
export function notOfferedViolation(): Violation {
  return {
    pointer: '/network/access',
    rule: 'public_access_not_offered',
    detail: 'must be "private": this deployment offers no public access (see publicAccess in GET /v1/catalog)',
  }
}
