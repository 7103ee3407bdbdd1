import type { Operation, OperationSummary } from '../../../shared/contract/operation.ts'
import { errorRow } from '../../../shared/errors/catalogue.ts'
import { lifecycleOf } from '../../../shared/lifecycle/lifecycle.ts'
import type { Needed } from '../../../shared/ports/ports.ts'
import type { OperationRecord, StepRecord } from '../../../shared/records/cluster.ts'
import { allowedOperationActions } from '../../../shared/state/control-operation.ts'
import { loadBrokers, loadSteps } from '../../../shared/state/load.ts'

/** An operation in a list: without its steps. */
export function operationSummary(record: OperationRecord): OperationSummary {
  const { operationId: id, clusterId, error, startedAt, finishedAt } = record
  return {
    id,
    type: record.type,
    state: record.state,
    allowedActions: [...allowedOperationActions(record)],
    target: { type: 'Cluster', id: clusterId },
    requestedBy: record.requestedBy,
    requestId: record.requestId,
    attempt: record.attempt,
    createdAt: record.createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
    deadlineAt: record.deadlineAt,
    warnings: [...record.warnings],
    ...(error && {
      error: {
        code: error.code,
        title: errorRow(error.code).title,
        detail: error.detail,
        ...(error.step === undefined ? {} : { step: error.step }),
        ...(error.nodeId === undefined ? {} : { nodeId: error.nodeId }),
        ...(error.logLines && { logLines: [...error.logLines] }),
      },
    }),
    links: {
      self: `/v1/operations/${id}`,
      cluster: `/v1/clusters/${clusterId}`,
      events: `/v1/events?clusterId=${clusterId}`,
    },
  }
}

function stepView({ operationId: _known, faultNodeId: _inError, ...step }: StepRecord): Operation['steps'][number] {
  return step
}

/** Nodes whose last step ended where this kind of operation leads, and all nodes that it is about. */
function progressOf(record: OperationRecord, steps: readonly StepRecord[], nodeIds: readonly number[]) {
  const { done } = lifecycleOf(record.type).broker
  const all = new Set([...nodeIds, ...steps.flatMap(({ nodeId }) => (nodeId === undefined ? [] : [nodeId]))])
  const finished = new Set(
    steps.flatMap(({ nodeId, statusAfter }) => (nodeId !== undefined && statusAfter === done ? [nodeId] : [])),
  )
  return { brokersDone: finished.size, brokersTotal: all.size }
}

/** An operation with its steps, and how many brokers are through. */
export async function operationView({ store }: Needed<'store'>, record: OperationRecord): Promise<Operation> {
  const { tenantId, clusterId, operationId } = record
  const steps = await loadSteps(store, tenantId, operationId)
  const brokers = await loadBrokers(store, tenantId, clusterId)
  const nodeIds = record.nodes ?? brokers.map((broker) => broker.record.nodeId)
  return {
    ...operationSummary(record),
    progress: progressOf(record, steps, nodeIds),
    ...(record.plan && { plan: record.plan }),
    steps: steps.map(stepView),
  }
}

/** An operation that has just been accepted. */
export function acceptedOperation(record: OperationRecord, nodeCount: number): Operation {
  return { ...operationSummary(record), progress: { brokersDone: 0, brokersTotal: nodeCount }, steps: [] }
}
