import { type DomainError, toDomainError } from '../shared/errors/domain-error.ts'
import type { Ports } from '../shared/ports/ports.ts'
import type { Json } from '../shared/ports/store.ts'
import { brokersOf } from '../shared/state/load.ts'
import { recordStep } from '../shared/state/step-record.ts'
import { closeUnlessParked } from './park-on-host.ts'
import { StepInput, type Tell } from './step.ts'
import { STEPS, type StepName } from './steps/steps.ts'

/**
 * Runs a step and tells its story: when it began, how often it was called, the broker's status before and after, and
 * what it waits for or failed with. The error that leaves here has the catalogue's code as its name, which is what the
 * workflow retries or catches. Logged once, here.
 */
export async function runStep(ports: Ports, name: StepName, payload: unknown): Promise<Json> {
  const input = StepInput.parse(payload)
  const step = STEPS[name]
  const { tenantId, clusterId, operationId, attempt, nodeId } = input
  const target = { tenantId, operationId, attempt, name, nodeId }
  const before = await statusOf(ports, input)
  await recordStep(ports, target, { state: 'Running', ...(before && { statusBefore: before }) }, true)
  let evidence: Parameters<Tell>[0] = {}
  const tell: Tell = (more) => {
    evidence = { ...evidence, ...more }
  }
  try {
    const result = await step.run(input, ports, tell)
    const after = await statusOf(ports, input)
    // A step that parks is ended by the host's report, which may have come already.
    if ('parks' in step) await closeUnlessParked(ports, input, name)
    else await recordStep(ports, target, { state: 'Succeeded', ...evidence, ...(after && { statusAfter: after }) })
    return result
  } catch (thrown) {
    const error = toDomainError(thrown)
    const waiting = error.code === 'NOT_YET'
    await recordStep(ports, target, {
      state: waiting ? 'Waiting' : 'Failed',
      reason: error.message,
      code: error.code,
      ...faultOf(error),
      ...evidence,
    })
    const ids = { tenantId, clusterId, operationId, attempt, step: name, nodeId, code: error.code }
    if (waiting) ports.log.info(error.message, ids)
    else ports.log.error(error.message, ids, error.context.cause ?? error)
    throw error
  }
}

function faultOf(error: DomainError): { faultNodeId?: number } {
  const nodeId = error.context.metadata?.nodeId
  return typeof nodeId === 'number' ? { faultNodeId: nodeId } : {}
}

async function statusOf(ports: Ports, { tenantId, clusterId, nodeId }: StepInput): Promise<string | undefined> {
  if (nodeId === undefined) return undefined
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  // What has come to its end has left the list.
  return brokers.find((broker) => broker.nodeId === nodeId)?.status ?? 'Deleted'
}
