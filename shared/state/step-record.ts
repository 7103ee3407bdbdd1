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

/**
 * Writes what became of a step: `begin` counts a call, an end state stamps the finish. Every attempt of the operation has a
 * record of its own, and however often a step is called within it, one record. The record is the operation's story and
 * decides nothing, so a lost race is simply written again. What succeeded stays so until it is called again, and for good
 * when the operation has ended: a second call at the same time may have been in the way of the first, and one that comes late
 * finds its work done or the cluster in other hands. What was true before the first call stays, too.
 */
export async function recordStep(
  ports: StatePorts,
  target: StepTarget,
  patch: StepPatch,
  begin = false,
): Promise<void> {
  const { tenantId, operationId, attempt, name, nodeId } = target
  const key = keys.step(tenantId, operationId, attempt, name, nodeId)
  await retryConflicts(ports, async () => {
    const before = await getRecord<StepRecord>(ports.store, key)
    const undoes = before?.record.state === 'Succeeded' && patch.state !== 'Succeeded'
    if (undoes && (!begin || (await hasEnded(ports, target)))) return
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
    const { finishedAt: _, ...record } = before?.record ?? fresh
    const { statusBefore, isrBefore } = record
    const ended = patch.state === 'Succeeded' || patch.state === 'Failed'
    await ports.store.transact([
      putRecord(
        key,
        {
          ...record,
          ...patch,
          ...(statusBefore !== undefined && { statusBefore }),
          ...(isrBefore !== undefined && { isrBefore }),
          ...(begin && { attempts: record.attempts + 1, calledAt: now }),
          ...(ended && { finishedAt: now }),
        },
        before,
      ),
    ])
  })
}

async function hasEnded(ports: StatePorts, { tenantId, operationId }: StepTarget): Promise<boolean> {
  return (await loadOperation(ports.store, tenantId, operationId)).record.finishedAt !== undefined
}
