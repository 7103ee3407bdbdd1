import type { NamedBroker } from '../shared/ports/names.ts'
import type { EntryBroker } from '../shared/ports/public-entries.ts'
import type { BrokerRecord } from '../shared/records/cluster.ts'

type Led = BrokerRecord & { readonly address: string }

/** Clients are led to brokers that have an address and are not going. */
function isLedTo(node: BrokerRecord): node is Led {
  return node.roles.includes('broker') && node.address !== undefined && node.status !== 'Deleting'
}

/** What leads to the cluster as a whole does not lead to one that joins it only now, nor to one that is being emptied. */
function aside({ joining, status }: BrokerRecord): { readonly aside?: true } {
  return joining !== undefined || status === 'Draining' ? { aside: true } : {}
}

/** The brokers that have names. */
export function namedBrokers(nodes: readonly BrokerRecord[]): readonly NamedBroker[] {
  return nodes.filter(isLedTo).map((node) => ({ nodeId: node.nodeId, address: node.address, ...aside(node) }))
}

/** The brokers that a public entry leads to. */
export function entryBrokers(nodes: readonly BrokerRecord[]): readonly EntryBroker[] {
  return nodes
    .filter(isLedTo)
    .map((node) => ({ nodeId: node.nodeId, address: node.address, zone: node.zone, ...aside(node) }))
}
