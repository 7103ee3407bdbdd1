import type { BrokerRecord, ClusterRecord } from '../../../shared/records/cluster.ts'
import type { OperationRecord } from '../../../shared/records/operation.ts'
import type { TenantRecord } from '../../../shared/records/tenant.ts'
import type { StepCall } from '../invoke-step.ts'
import type { RecordChange } from '../record-change.ts'

/** What one transaction changed, and which step made it, where a step did. */
export interface Commit {
  readonly changes: readonly RecordChange[]
  readonly writer: StepCall | undefined
}

/** What stands in the store after a commit, as far as invariants speak of it. */
export interface Facts {
  readonly clusters: ReadonlyMap<string, ClusterRecord>
  readonly brokers: ReadonlyMap<string, ReadonlyMap<number, BrokerRecord>>
  readonly operations: ReadonlyMap<string, OperationRecord>
  readonly tenants: ReadonlyMap<string, TenantRecord>
  readonly names: ReadonlyMap<string, string>
}

/** Something that must never be was. */
export class Violation extends Error {
  override readonly name = 'Violation'
}

/** Judges each commit by what stands in the store after it; throws a `Violation`. */
export type Invariant = (commit: Commit, facts: Facts) => void

/** What stands in an empty store. */
export const NO_FACTS: Facts = {
  clusters: new Map(),
  brokers: new Map(),
  operations: new Map(),
  tenants: new Map(),
  names: new Map(),
}

/** Facts that follow the commits, beginning with what stands in the store already. */
export function followFacts(saved: Facts): { readonly facts: Facts; apply(commit: Commit): void } {
  const clusters = new Map(saved.clusters)
  const brokers = new Map([...saved.brokers].map(([clusterId, nodes]) => [clusterId, new Map(nodes)]))
  const operations = new Map(saved.operations)
  const tenants = new Map(saved.tenants)
  const names = new Map(saved.names)

  function applyBroker(clusterId: string, before: BrokerRecord | undefined, after: BrokerRecord | undefined): void {
    const nodes = brokers.get(clusterId) ?? new Map<number, BrokerRecord>()
    brokers.set(clusterId, nodes)
    if (after) nodes.set(after.nodeId, after)
    else if (before) nodes.delete(before.nodeId)
  }
  function put<T>(map: Map<string, T>, key: string, value: T | undefined): void {
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  }

  return {
    facts: { clusters, brokers, operations, tenants, names },
    apply: ({ changes }) => {
      for (const change of changes) {
        if (change.kind === 'cluster') put(clusters, change.clusterId, change.after)
        if (change.kind === 'broker') applyBroker(change.clusterId, change.before, change.after)
        if (change.kind === 'operation' && change.after) operations.set(change.after.operationId, change.after)
        if (change.kind === 'tenant') put(tenants, change.tenantId, change.after)
        if (change.kind === 'name') {
          const clusterId = (change.after ?? change.before)?.clusterId ?? ''
          put(names, clusterId, change.after?.clusterId)
        }
      }
    },
  }
}
