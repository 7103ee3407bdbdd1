import type { BrokerRecord } from '../shared/records/cluster.ts'

/** Tells whether a node is on its way to being stopped, for a stop or for a delete that keeps it. */
export const isBeingStopped = ({ status }: BrokerRecord) => status === 'Stopping' || status === 'Deleting'

/** Nodes that write to their volumes for tenants: brokers, and combined nodes. They are stopped while the quorum stands. */
export function brokersToStop(nodes: readonly BrokerRecord[]): readonly number[] {
  return nodes
    .filter(({ roles, status }) => roles.includes('broker') && status !== 'Stopped')
    .map(({ nodeId }) => nodeId)
}

/** What is left then: plain controllers, the active one last. */
export function controllersToStop(nodes: readonly BrokerRecord[], leaderId: number): readonly number[] {
  const left = nodes.filter(({ roles, status }) => !roles.includes('broker') && status !== 'Stopped')
  const ids = left.map(({ nodeId }) => nodeId)
  return [...ids.filter((nodeId) => nodeId !== leaderId), ...ids.filter((nodeId) => nodeId === leaderId)]
}

/** Nodes that a quorum is made of, combined ones among them: they come up first, because a broker without a quorum ends. */
export function controllersToStart(nodes: readonly BrokerRecord[]): readonly number[] {
  return nodes
    .filter(({ roles, status }) => roles.includes('controller') && status !== 'Active')
    .map(({ nodeId }) => nodeId)
}

/** The plain brokers, once there is a quorum. */
export function brokersToStart(nodes: readonly BrokerRecord[]): readonly number[] {
  return nodes
    .filter(({ roles, status }) => !roles.includes('controller') && status !== 'Active')
    .map(({ nodeId }) => nodeId)
}
