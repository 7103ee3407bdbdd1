import { DomainError } from '../errors/domain-error.ts'
import type { BrokerStatus, ClusterStatus, Health } from '../lifecycle/statuses.ts'
import { brokerStatus, clusterStatus } from '../lifecycle/transitions.ts'
import type { Json, Write } from '../ports/store.ts'
import type { BrokerRecord, ClusterRecord } from '../records/cluster.ts'
import type { EventRecord, EventType } from '../records/event.ts'
import { keys } from '../records/keys.ts'
import type { Billable, LedgerRecord } from '../records/ledger.ts'
import type { OperationRecord } from '../records/operation.ts'
import { putRecord, type Stored, toJson } from './stored.ts'

/** What a change starts from; a part is absent where it comes into being with this change. */
export interface Snapshot {
  readonly cluster: ClusterRecord
  readonly clusterBefore: Stored<ClusterRecord> | undefined
  readonly brokers: readonly BrokerRecord[]
  readonly brokersBefore: readonly Stored<BrokerRecord>[]
  readonly operation: OperationRecord | undefined
  readonly operationBefore: Stored<OperationRecord> | undefined
}

type Details = Readonly<Record<string, Json | undefined>>

/**
 * A change of a cluster in the making. Each method records what shall be true; `writes` turns all of it into one
 * transaction: the records under their version guards, one event per announced fact with gapless numbers, and a ledger
 * row where the bill changes. What is not committed is not announced.
 */
export interface Draft {
  /** The time that this change is stamped with. */
  readonly now: string
  cluster(): ClusterRecord
  /** BROKER_NOT_FOUND for one that has left the cluster. */
  broker(nodeId: number): BrokerRecord
  brokers(): readonly BrokerRecord[]
  operation(): OperationRecord
  setCluster(patch: Partial<Omit<ClusterRecord, 'status' | 'health' | 'eventSequence' | 'ledgerSequence'>>): void
  /** For a change that takes a field away; status, health and the sequences must be those of `cluster()`. */
  replaceCluster(record: ClusterRecord): void
  enterCluster(to: ClusterStatus, health: Health): void
  enterBroker(nodeId: number, to: BrokerStatus, patch?: Partial<Omit<BrokerRecord, 'status' | 'nodeId'>>): void
  setBroker(nodeId: number, patch: Partial<Omit<BrokerRecord, 'status' | 'nodeId'>>): void
  /** A node that comes into being; its status must be that of its operation's beginning. */
  addBroker(broker: Omit<BrokerRecord, 'updatedAt'>): void
  /** It belongs to the cluster like all others from here on. */
  settleBroker(nodeId: number): void
  /** The node is gone, its record with it, and its id is never used again. */
  removeBroker(nodeId: number): void
  /** What is known of a node, beside what it is doing; announced where it changes. */
  setHealth(nodeId: number, health: Health, reason: string | undefined): void
  setClusterHealth(health: Health): void
  /** Why a node that does not serve is left as it is, or nothing any more; announced where it changes. */
  holdRepair(nodeId: number, reason: string | undefined): void
  /** Whether the machine of a node was given back; for `settleCompute`, which writes the bill with it. */
  setReleased(nodeId: number, released: boolean): void
  /** Makes a new operation the one that this change belongs to. */
  beginOperation(operation: OperationRecord): void
  /** For a change that takes a field away. */
  replaceOperation(record: OperationRecord): void
  setOperation(patch: Partial<Omit<OperationRecord, 'operationId' | 'type'>>): void
  emit(type: EventType, subject: string, data?: Details): void
  bill(brokers: readonly Billable[], cause: string): void
  also(...writes: readonly Write[]): void
  /** Writes whose lost race is the caller's to judge (its idempotency record): another round would not help. */
  alsoOfCaller(...writes: readonly Write[]): void
  callersWrites(): readonly Write[]
  writes(): readonly Write[]
}

/** Opens a draft on what was read; `now` stamps everything in it. */
export function openDraft(snapshot: Snapshot, now: string): Draft {
  let cluster = snapshot.cluster
  let operation = snapshot.operation
  const brokers = new Map(snapshot.brokers.map((broker) => [broker.nodeId, broker]))
  const touched = new Set<number>()
  const removed = new Set<number>()
  const extra: Write[] = []
  const callers: Write[] = []
  const events: EventRecord[] = []
  const ledger: LedgerRecord[] = []
  const { tenantId, clusterId } = cluster

  const currentOperation = (): OperationRecord => {
    if (!operation) throw new TypeError('this change belongs to no operation')
    return operation
  }
  const broker = (nodeId: number): BrokerRecord => {
    const found = brokers.get(nodeId)
    if (!found) throw new DomainError('BROKER_NOT_FOUND', `Cluster ${clusterId} has no broker ${nodeId}.`)
    return found
  }
  const replaceBroker = (changed: BrokerRecord) => {
    brokers.set(changed.nodeId, { ...changed, updatedAt: now })
    touched.add(changed.nodeId)
  }
  const emit = (type: EventType, subject: string, data: Details = {}) => {
    const sequence = String(cluster.eventSequence + 1).padStart(12, '0')
    cluster = { ...cluster, eventSequence: cluster.eventSequence + 1 }
    events.push({
      specversion: '1.0',
      id: `evt_${clusterId.slice(clusterId.indexOf('_') + 1)}_${sequence}`,
      source: `/clusters/${clusterId}`,
      type,
      subject,
      time: now,
      datacontenttype: 'application/json',
      tenantid: tenantId,
      sequence,
      partitionkey: clusterId,
      data: { clusterId, ...(operation && { operationId: operation.operationId }), ...data },
    })
  }

  const setClusterHealth = (to: Health) => {
    const { health: from } = cluster
    if (from === to) return
    cluster = { ...cluster, health: to }
    emit('kafka.cluster.health_changed.v1', clusterId, { from, to })
  }

  const enterBroker: Draft['enterBroker'] = (nodeId, to, patch = {}) => {
    // A reason belongs to the status that it was given for.
    const { statusReason: _, repairHeld: _held, ...before } = broker(nodeId)
    replaceBroker({ ...before, ...patch, status: brokerStatus(currentOperation().type, before.status, to) })
    if (before.status === to) return
    emit('kafka.broker.state_changed.v1', `${clusterId}/${nodeId}`, {
      nodeId,
      zone: before.zone,
      from: before.status,
      to,
    })
  }

  return {
    now,
    cluster: () => cluster,
    broker,
    brokers: () => [...brokers.values()],
    operation: currentOperation,
    setCluster: (patch) => {
      cluster = { ...cluster, ...patch }
    },
    replaceCluster: (record) => {
      cluster = record
    },
    enterCluster: (to, health) => {
      const { status: from } = cluster
      cluster = { ...cluster, status: clusterStatus(currentOperation().type, from, to) }
      if (from !== to)
        emit('kafka.cluster.state_changed.v1', clusterId, { from, to, health, revision: cluster.specRevision })
      setClusterHealth(health)
    },
    enterBroker,
    setBroker: (nodeId, patch) => replaceBroker({ ...broker(nodeId), ...patch }),
    addBroker: (added) => replaceBroker({ ...added, updatedAt: now }),
    settleBroker: (nodeId) => {
      const { joining: _, ...settled } = broker(nodeId)
      replaceBroker(settled)
    },
    removeBroker: (nodeId) => {
      enterBroker(nodeId, 'Deleted')
      brokers.delete(nodeId)
      touched.delete(nodeId)
      removed.add(nodeId)
      cluster = { ...cluster, highestGoneNodeId: Math.max(nodeId, cluster.highestGoneNodeId ?? 0) }
    },
    setHealth: (nodeId, to, reason) => {
      const { statusReason: _, repairHeld, ...before } = broker(nodeId)
      const held = to === 'Healthy' ? undefined : repairHeld
      replaceBroker({
        ...(held !== undefined && { repairHeld: held }),
        ...before,
        health: to,
        ...(reason !== undefined && { statusReason: reason }),
      })
      if (before.health === to) return
      emit('kafka.broker.health_changed.v1', `${clusterId}/${nodeId}`, {
        nodeId,
        zone: before.zone,
        from: before.health,
        to,
        ...(reason !== undefined && { reason }),
      })
    },
    setClusterHealth,
    holdRepair: (nodeId, reason) => {
      const { repairHeld, ...before } = broker(nodeId)
      if (repairHeld === reason) return
      replaceBroker({ ...before, ...(reason !== undefined && { repairHeld: reason }) })
      if (reason === undefined) return
      emit('kafka.broker.repair_held.v1', `${clusterId}/${nodeId}`, { nodeId, zone: before.zone, reason })
    },
    setReleased: (nodeId, released) => {
      const { released: _, ...before } = broker(nodeId)
      replaceBroker({ ...before, ...(released && { released: true }) })
    },
    beginOperation: (begun) => {
      operation = begun
    },
    replaceOperation: (record) => {
      operation = record
    },
    setOperation: (patch) => {
      operation = { ...currentOperation(), ...patch }
    },
    emit,
    bill: (billed, cause) => {
      if (billed.length === 0) return
      cluster = { ...cluster, ledgerSequence: cluster.ledgerSequence + 1 }
      const { operationId } = currentOperation()
      ledger.push({
        tenantId,
        clusterId,
        sequence: cluster.ledgerSequence,
        at: now,
        brokers: billed,
        cause,
        operationId,
      })
    },
    also: (...writes) => {
      extra.push(...writes)
    },
    alsoOfCaller: (...writes) => {
      callers.push(...writes)
    },
    callersWrites: () => callers,
    writes: () => {
      const writes: Write[] = [...extra, ...callers]
      // A change that came to nothing must stay one: no version is touched and nobody is woken.
      if (cluster !== snapshot.cluster || !snapshot.clusterBefore)
        writes.push(...clusterWrites(cluster, snapshot.clusterBefore, now))
      const storedBroker = (nodeId: number) => snapshot.brokersBefore.find(({ record }) => record.nodeId === nodeId)
      for (const nodeId of touched)
        writes.push(putRecord(keys.broker(tenantId, clusterId, nodeId), broker(nodeId), storedBroker(nodeId)))
      for (const nodeId of removed) {
        const before = storedBroker(nodeId)
        if (before) writes.push({ ...before.key, delete: true, guard: { version: before.version } })
      }
      if (operation && operation !== snapshot.operationBefore?.record) {
        writes.push(putRecord(keys.operation(tenantId, operation.operationId), operation, snapshot.operationBefore))
      }
      for (const event of events) {
        writes.push({ ...keys.event(tenantId, clusterId, Number(event.sequence)), put: toJson(event), guard: 'absent' })
      }
      for (const row of ledger)
        writes.push({ ...keys.ledger(tenantId, clusterId, row.sequence), put: toJson(row), guard: 'absent' })
      return writes
    },
  }
}

/** A cluster that is gone leaves the list, and its tombstone stays beside its history; one that can be restored stays. */
function clusterWrites(cluster: ClusterRecord, before: Stored<ClusterRecord> | undefined, now: string): Write[] {
  const record = { ...cluster, updatedAt: now }
  const key = keys.cluster(cluster.tenantId, cluster.clusterId)
  if (cluster.status !== 'Deleted' || cluster.restorableUntil !== undefined || !before)
    return [putRecord(key, record, before)]
  return [
    { ...key, delete: true, guard: { version: before.version } },
    putRecord(keys.tombstone(cluster.tenantId, cluster.clusterId), record, undefined),
  ]
}
