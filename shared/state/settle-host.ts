import type { Needed } from '../ports/ports.ts'
import type { Write } from '../ports/store.ts'
import type { BrokerRecord } from '../records/cluster.ts'
import type { HostRecord } from '../records/host.ts'
import { keys } from '../records/keys.ts'
import { isStillEmpty } from './empty-volume.ts'
import { loadHost } from './load.ts'
import { retryConflicts } from './retry-conflicts.ts'
import { judgeHostWait } from './settle-host-wait.ts'
import { recordStep } from './step-record.ts'
import { getRecord, putRecord } from './stored.ts'

/**
 * Lets the workflow that is parked on a host go on, fail, or know that the host is alive, by the host's newest report.
 * Called with every report and when a wait begins; the wait is cleared only after the workflow has been told, so that a
 * crash in between tells it again, which a task token takes only once.
 */
export async function settleHost(
  ports: Needed<'store' | 'clock' | 'ids' | 'workflows'>,
  tenantId: string,
  clusterId: string,
  nodeId: number,
): Promise<void> {
  const stored = await loadHost(ports.store, tenantId, clusterId, nodeId)
  const wait = stored?.record.wait
  if (!stored || !wait) return
  const verdict = judgeHostWait(stored.record, wait)
  const step = { tenantId, operationId: wait.operationId, attempt: wait.attempt, name: wait.step, nodeId }
  if (verdict.kind === 'waiting') {
    if (stored.record.observed?.generation === stored.record.generation) await ports.workflows.heartbeat(wait.taskToken)
    return
  }
  const broker = await getRecord<BrokerRecord>(ports.store, keys.broker(tenantId, clusterId, nodeId))
  const after = broker ? { statusAfter: broker.record.status } : {}
  if (verdict.kind === 'reached') {
    await recordStep(ports, step, { state: 'Succeeded', ...after })
    await ports.workflows.succeed(wait.taskToken, {})
  } else {
    await recordStep(ports, step, { state: 'Failed', code: verdict.code, reason: verdict.detail, ...after })
    await ports.workflows.fail(wait.taskToken, verdict.code, verdict.detail)
  }
  await changeHost(ports, tenantId, clusterId, nodeId, (host) => {
    const { wait: current, ...rest } = host
    if (current?.taskToken !== wait.taskToken) return host
    const { emptyVolume, ...filled } = rest
    return emptyVolume?.state === 'Started' && !isStillEmpty(rest) ? filled : rest
  })
}

/**
 * Reads a host record, changes it and commits, again on a lost race; the same object back means nothing to write. What
 * `fence` gives is committed with it, read anew each time.
 */
export async function changeHost(
  ports: Needed<'store' | 'clock' | 'ids'>,
  tenantId: string,
  clusterId: string,
  nodeId: number,
  change: (host: HostRecord) => HostRecord,
  fence: () => Promise<readonly Write[]> = async () => [],
): Promise<HostRecord> {
  return retryConflicts(ports, async () => {
    const before = await loadHost(ports.store, tenantId, clusterId, nodeId)
    const host = before?.record ?? { nodeId, generation: 0 }
    const changed = change(host)
    if (changed === host) return host
    await ports.store.transact([putRecord(keys.host(tenantId, clusterId, nodeId), changed, before), ...(await fence())])
    return changed
  })
}
