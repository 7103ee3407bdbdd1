import type { Operation, OperationSummary } from '../../../shared/contract/operation.ts'
import { errorRow } from '../../../shared/errors/catalogue.ts'
import { lifecycleOf } from '../../../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../../../shared/ports/ports.ts'
import type { HostRecord } from '../../../shared/records/host.ts'
import type { EarlierAttempt, OperationError, OperationRecord, StepRecord } from '../../../shared/records/operation.ts'
import { brokersOf, hostsOf, loadStory } from '../../../shared/state/load.ts'
import { allowedOperationActions } from '../../../shared/state/operation-actions.ts'
import { isOpen } from '../../../shared/state/step-record.ts'
import { awaitedBy } from '../../../workflows/failure-cause.ts'
import { loadProgress } from '../../../workflows/release-all.ts'
import { movesView } from './rebalance.ts'

/** An operation in a list: without its steps. */
export function operationSummary(record: OperationRecord): OperationSummary {
  const { operationId: id, clusterId, error, startedAt, pausedAt, finishedAt, overtakenBy } = record
  return {
    id,
    type: record.type,
    state: record.state,
    allowedActions: [...allowedOperationActions(record)],
    target: { type: 'Cluster', id: clusterId },
    requestedBy: record.requestedBy,
    requestId: record.requestId,
    attempt: record.attempt,
    ...(overtakenBy === undefined ? {} : { overtakenBy }),
    createdAt: record.createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(pausedAt === undefined || record.state !== 'Paused' ? {} : { pausedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    deadlineAt: record.deadlineAt,
    warnings: [...record.warnings],
    ...(error && { error: failureView(error) }),
    links: {
      self: `/v1/operations/${id}`,
      ...(overtakenBy === undefined ? {} : { overtakenBy: `/v1/operations/${overtakenBy}` }),
      cluster: `/v1/clusters/${clusterId}`,
      events: `/v1/events?clusterId=${clusterId}`,
    },
  }
}

function failureView({ code, detail, step, nodeId, logLines }: OperationError): NonNullable<Operation['error']> {
  return {
    code,
    title: errorRow(code).title,
    detail,
    ...(step === undefined ? {} : { step }),
    ...(nodeId === undefined ? {} : { nodeId }),
    ...(logLines && { logLines: [...logLines] }),
  }
}

function attemptView({ error, ...ended }: EarlierAttempt): Operation['earlierAttempts'][number] {
  return { ...ended, ...(error && { error: failureView(error) }) }
}

/**
 * A step that is open although nobody works on its attempt any more will never say how it ended. One that is parked on a host
 * says nothing itself: what it waits for is read off the host.
 */
function stepView(record: OperationRecord, step: StepRecord, hosts: readonly HostRecord[]): Operation['steps'][number] {
  const { operationId: _known, faultNodeId: _inError, ...told } = step
  if (!isOpen(step)) return told
  if (step.attempt < record.attempt || record.finishedAt !== undefined) return { ...told, state: 'Abandoned' }
  const host = hosts.find(({ nodeId, wait }) => nodeId === step.nodeId && wait?.step === step.name)
  const { reason } = host ? awaitedBy(step, host) : {}
  return reason === undefined ? told : { ...told, state: 'Waiting', reason }
}

/** Nodes that a step has brought to where this kind of operation leads, and all nodes that it is about. */
function progressOf(record: OperationRecord, steps: readonly StepRecord[], nodeIds: readonly number[]) {
  const { broker } = lifecycleOf(record.type)
  // A delete that keeps its cluster leads to where a restore can begin.
  const done = record.keepDays === undefined ? broker.done : (broker.kept ?? broker.done)
  const all = new Set([...nodeIds, ...steps.flatMap(({ nodeId }) => (nodeId === undefined ? [] : [nodeId]))])
  const finished = new Set(
    steps.flatMap(({ nodeId, statusBefore, statusAfter }) =>
      nodeId !== undefined && statusAfter === done && statusBefore !== done ? [nodeId] : [],
    ),
  )
  return { brokersDone: finished.size, brokersTotal: all.size }
}

/** An operation with its steps, and how many brokers are through. */
export async function operationView({ store }: Needed<'store'>, record: OperationRecord): Promise<Operation> {
  const { tenantId, clusterId, operationId } = record
  const oldest = record.earlier?.[0]?.attempt ?? 1
  const steps = (await loadStory(store, tenantId, operationId)).filter(({ attempt }) => attempt >= oldest)
  const brokers = await brokersOf(store, tenantId, clusterId)
  const isUnderWay = record.state === 'Running'
  const hosts = isUnderWay ? await hostsOf(store, tenantId, clusterId) : []
  const moves = record.rebalance && (await loadProgress({ store }, tenantId, operationId))
  const nodeIds = record.nodes ?? brokers.map(({ nodeId }) => nodeId)
  return {
    ...operationSummary(record),
    progress: { ...progressOf(record, steps, nodeIds), ...(moves && { moves: movesView(moves) }) },
    ...(record.plan && { plan: record.plan }),
    earlierAttempts: (record.earlier ?? []).map(attemptView),
    steps: steps.map((step) => stepView(record, step, hosts)),
  }
}

/** An operation that has just been accepted. */
export function acceptedOperation(record: OperationRecord, nodeCount: number): Operation {
  return {
    ...operationSummary(record),
    progress: { brokersDone: 0, brokersTotal: nodeCount },
    ...(record.plan && { plan: record.plan }),
    earlierAttempts: (record.earlier ?? []).map(attemptView),
    steps: [],
  }
}
