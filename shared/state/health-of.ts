import type { Health } from '../lifecycle/statuses.ts'
import type { BrokerRecord } from '../records/cluster.ts'

/** A broker that someone may miss: one in `Error`, one that does not serve, one that should and of which nothing is known. */
function isMissed({ status, health }: BrokerRecord): boolean {
  return status === 'Error' || health === 'Unavailable' || (status === 'Active' && health !== 'Healthy')
}

/**
 * A cluster's health by its nodes: Healthy with all of them, Degraded without some. Without any broker it is Unavailable,
 * but Unknown where one of them is only silent: silence is no proof of an outage.
 */
export function healthOf(nodes: readonly BrokerRecord[]): Health {
  if (!nodes.some(isMissed)) return 'Healthy'
  const brokers = nodes.filter(({ roles }) => roles.includes('broker'))
  if (!brokers.every(isMissed)) return 'Degraded'
  return brokers.some(({ status, health }) => status !== 'Error' && health === 'Unknown') ? 'Unknown' : 'Unavailable'
}
