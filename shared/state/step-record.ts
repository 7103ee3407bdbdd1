import { keys } from '../records/keys.ts'
import type { StepRecord } from '../records/operation.ts'
import { type StatePorts, timestamp } from './change-cluster.ts'
import { loadOperation } from './load.ts'
import { retryConflicts } from './retry-conflicts.ts'
import { getRecord, putRecord } from './stored.ts'

/** Which step of which attempt of which operation, on which node. */
export interface StepTarget {
  readonly tenantId: string
  readonly operationId: string
  readonly attempt: number
  readonly name: string
  readonly nodeId: number | undefined
}

type StepPatch = Partial<
  Omit<StepRecord, 'operationId' | 'attempt' | 'name' | 'nodeId' | 'startedAt' | 'calledAt' | 'finishedAt' | 'attempts'>
>

/** Tells whether a step has not ended yet, as far as anyone knows. */
export const isOpen = ({ state }: Pick<StepRecord, 'state'>) => state === 'Running' || state === 'Waiting'

/**
 * Writes what became of a step: `begin` counts a call, an end state stamps the finish. Every attempt of the operation has a
 * record of its own, and however often a step is called within it, one record. The record is the operation's story and
 * decides nothing, so a lost race is simply written again. What succeeded stays so until it is called again, and what ended
 * stays as it is for good when the attempt is over: a second call at the same time may have been in the way of the first, and
 * one that comes late opens nothing. What was true before the first call stays, too.
 */
export async function recordStep(
  ports: StatePorts,
  target: StepTarget,
  patch: StepPatch,
  begin = false,
): Promise<void> {
  const { operationId, attempt, name, nodeId } = target
  await changeStep(ports, target, async (before) => {
    if (begin ? await isOver(ports, target) : !(await mayTell(ports, target, before, patch))) return undefined
    const now = timestamp(ports)
    const fresh: StepRecord = {
      operationId,
      attempt,
      name,
      state: 'Running',
      attempts: 0,
      startedAt: now,
      calledAt: now,
      ...(nodeId !== undefined && { nodeId }),
    }
    const { finishedAt: _, ...record } = before ?? fresh
    const { statusBefore, isrBefore } = record
    return {
      ...record,
      ...patch,
      ...(statusBefore !== undefined && { statusBefore }),
      ...(isrBefore !== undefined && { isrBefore }),
      ...(begin && { attempts: record.attempts + 1, calledAt: now }),
      ...(isFinal(patch) && { finishedAt: now }),
    }
  })
  // The attempt may have ended right before this was written, when nobody looks for open records any more.
  if (begin && (await isOver(ports, target))) await closeStep(ports, target, 'Abandoned')
}

/** Ends the record of a step that is open, whatever became of its calls. */
export async function closeStep(
  ports: StatePorts,
  target: StepTarget,
  state: 'Succeeded' | 'Abandoned',
): Promise<void> {
  await changeStep(ports, target, async (before) =>
    before && isOpen(before) ? { ...before, state, finishedAt: timestamp(ports) } : undefined,
  )
}

async function changeStep(
  ports: StatePorts,
  { tenantId, operationId, attempt, name, nodeId }: StepTarget,
  change: (before: StepRecord | undefined) => Promise<StepRecord | undefined>,
): Promise<void> {
  const key = keys.step(tenantId, operationId, attempt, name, nodeId)
  await retryConflicts(ports, async () => {
    const before = await getRecord<StepRecord>(ports.store, key)
    const after = await change(before?.record)
    if (after) await ports.store.transact([putRecord(key, after, before)])
  })
}

const isFinal = ({ state }: StepPatch) => state === 'Succeeded' || state === 'Failed'

/** Tells whether a call that goes on may add to what is written. */
async function mayTell(
  ports: StatePorts,
  target: StepTarget,
  before: StepRecord | undefined,
  patch: StepPatch,
): Promise<boolean> {
  if (before?.state === 'Succeeded') return patch.state === 'Succeeded'
  if (before?.state === 'Abandoned') return isFinal(patch)
  if (before !== undefined && isOpen(before)) return true
  return !(await isOver(ports, target))
}

/** Tells whether nobody works on the attempt any more. */
async function isOver(ports: StatePorts, { tenantId, operationId, attempt }: StepTarget): Promise<boolean> {
  const { finishedAt, attempt: newest } = (await loadOperation(ports.store, tenantId, operationId)).record
  return finishedAt !== undefined || attempt < newest
}
