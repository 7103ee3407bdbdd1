import type { BrokerRecord, OperationRecord } from '../records/cluster.ts'

/** Tells whether a broker is on its way out of a cluster that goes on without it: nothing new is to be put on it. */
export function isLeaving({ status }: Pick<BrokerRecord, 'status'>): boolean {
  return status === 'Draining' || status === 'Deleting'
}

/** The brokers that a shrink takes out and that are not gone yet, in the order in which they go. */
export function leavingNodes(
  { nodes = [] }: Pick<OperationRecord, 'nodes'>,
  brokers: readonly BrokerRecord[],
): readonly BrokerRecord[] {
  return nodes.flatMap((nodeId) => brokers.find((broker) => broker.nodeId === nodeId) ?? [])
}
