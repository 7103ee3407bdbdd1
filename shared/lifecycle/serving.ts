import type { ClusterStatus, Health } from './statuses.ts'

const SERVING: ReadonlySet<ClusterStatus> = new Set([
  'Active',
  'Updating',
  'Rebooting',
  'Extending',
  'Expanding',
  'Shrinking',
  'Upgrading',
  'Repairing',
])

/** Tells whether clients may expect a cluster to answer: changes are rolled so that it does, and `Error` may be partial. */
export function isServing({ status, health }: { readonly status: ClusterStatus; readonly health: Health }): boolean {
  return SERVING.has(status) || (status === 'Error' && health === 'Degraded')
}
