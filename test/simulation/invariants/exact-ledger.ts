import { isDeepStrictEqual } from 'node:util'
import type { BrokerRecord, ClusterRecord } from '../../../shared/records/cluster.ts'
import type { Billable } from '../../../shared/records/ledger.ts'
import { type Facts, type Invariant, Violation } from './facts.ts'

/** What the ledger of each cluster says of each node. */
export type Bills = Map<string, Map<number, Billable>>

/**
 * The ledger says at every moment what the cluster is: nothing until it was Active for the first time; from then on each
 * host with its machine, unless that was given back with a stop, and the size of its volume; once its delete is accepted the
 * volumes that are still there, and nothing when they are gone. A node that joins is not on the bill before it is Active, nor one
 * that left.
 */
export function exactLedger(billed: Bills): Invariant {
  return (commit, facts) => {
    for (const change of commit.changes) {
      if (change.kind !== 'ledger' || !change.after) continue
      const nodes = billed.get(change.clusterId) ?? new Map<number, Billable>()
      billed.set(change.clusterId, nodes)
      for (const billable of change.after.brokers) nodes.set(billable.nodeId, billable)
    }
    const touched = commit.changes.flatMap((change) => (isOfACluster(change.kind) ? [change.clusterId] : []))
    for (const clusterId of new Set(touched)) {
      const left = facts.brokers.get(clusterId)
      const is = [...(billed.get(clusterId)?.values() ?? [])]
        .filter(({ nodeId, volumeGiB, instanceType }) => left?.has(nodeId) || volumeGiB > 0 || instanceType)
        .toSorted(byNode)
      const due = dueFor(facts, clusterId)
      const isRight = due ? isDeepStrictEqual(is, due) : is.every((row) => row.volumeGiB === 0 && !row.instanceType)
      if (!isRight)
        throw new Violation(`Cluster ${clusterId} is billed ${JSON.stringify(is)}; due is ${JSON.stringify(due ?? [])}`)
    }
  }
}

const isOfACluster = (kind: string) => kind === 'cluster' || kind === 'broker' || kind === 'ledger'
const byNode = (a: { readonly nodeId: number }, b: { readonly nodeId: number }) => a.nodeId - b.nodeId

/** What is due for each node now; nothing where the cluster is gone. */
function dueFor(facts: Facts, clusterId: string): readonly Billable[] | undefined {
  const cluster = facts.clusters.get(clusterId)
  if (!cluster) return undefined
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
    .filter(({ joining }) => joining === undefined)
    .toSorted(byNode)
  return cluster.ledgerSequence === 0 ? [] : brokers.map((broker) => dueForNode(cluster, broker))
}

function dueForNode(
  { status, spec }: ClusterRecord,
  { nodeId, status: is, volumeGiB, released }: BrokerRecord,
): Billable {
  const isUnsettled = (status === 'Stopped' && !released) || (status === 'Active' && released)
  if (isUnsettled) throw new Violation(`Node ${nodeId} of a cluster that is ${status} is billed as if it were not`)
  if (released && status !== 'Deleting') return { nodeId, volumeGiB }
  // One that leaves a cluster which goes on is stopped by then.
  if (status !== 'Deleting' && is !== 'Deleting') return { nodeId, instanceType: spec.brokers.instanceType, volumeGiB }
  return { nodeId, volumeGiB: is === 'Deleted' ? 0 : volumeGiB }
}
