import type { EntryBroker } from '../shared/ports/public-entries.ts'
import type { BrokerRecord } from '../shared/records/cluster.ts'

/** The nodes that clients connect to, of those that have an address. */
export function entryBrokers(nodes: readonly BrokerRecord[]): readonly EntryBroker[] {
  return nodes.flatMap(({ nodeId, roles, address, zone }) =>
    roles.includes('broker') && address !== undefined ? [{ nodeId, address, zone }] : [],
  )
}
