import { DomainError } from '../errors/domain-error.ts'
import type { Health } from '../lifecycle/statuses.ts'
import { brokerStatus, clusterStatus } from '../lifecycle/transitions.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import type { EventRecord, EventType } from '../records/event.ts'
import type { LedgerRecord } from '../records/ledger.ts'
import type { OperationRecord } from '../records/operation.ts'
import type { Details, Draft, Snapshot } from './draft.ts'
import { draftWrites } from './draft-writes.ts'

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
    const since = to === 'Active' && before.status !== to ? { activeSince: now } : {}
    replaceBroker({ ...before, ...since, ...patch, status: brokerStatus(currentOperation().type, before.status, to) })
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
    writes: () => [
      ...extra,
      ...callers,
      ...draftWrites(snapshot, { cluster, operation, brokers, touched, removed, events, ledger }, now),
    ],
  }
}
