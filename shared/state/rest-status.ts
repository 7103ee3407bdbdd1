import type { ClusterStatus } from '../lifecycle/statuses.ts'
import type { BrokerRecord } from '../records/cluster.ts'

/**
 * What a cluster is whose operation ends before it is done: `Active` where no broker is the worse for it, `Stopped` where all
 * are; nothing where some are in Error, half gone, or stopped while others serve.
 */
export function restStatus(brokers: readonly BrokerRecord[]): Extract<ClusterStatus, 'Active' | 'Stopped'> | undefined {
  if (brokers.some(({ status }) => status === 'Error' || status === 'Deleting')) return undefined
  const stopped = brokers.filter(({ status }) => status === 'Stopped').length
  if (stopped === 0) return 'Active'
  return stopped === brokers.length ? 'Stopped' : undefined
}
