import type { BrokerRecord } from '../records/cluster.ts'
import type { OperationRecord } from '../records/operation.ts'
import type { Draft } from './draft.ts'

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

/** As many brokers are ordered as there are when those have gone that are beyond their stop. */
export function orderWhatStays(draft: Draft): void {
  orderWithout(draft, ({ status }) => status === 'Deleting')
}

/** As many brokers are ordered as there are when these have gone. */
export function staysWithout(draft: Draft, leaving: readonly number[]): void {
  orderWithout(draft, ({ nodeId }) => leaving.includes(nodeId))
}

function orderWithout(draft: Draft, goes: (broker: BrokerRecord) => boolean): void {
  const { spec, specRevision } = draft.cluster()
  const count = draft.brokers().filter((broker) => broker.roles.includes('broker') && !goes(broker)).length
  if (count === spec.brokers.count) return
  draft.setCluster({ spec: { ...spec, brokers: { ...spec.brokers, count } }, specRevision: specRevision + 1 })
}
