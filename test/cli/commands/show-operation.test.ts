import { describe, expect, it } from 'vitest'
import { timestamp } from '../../../shared/state/change-cluster.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { json, restart, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

const FAILURE = {
  code: 'BROKER_PROCESS_FAILED',
  detail: 'Kafka ended 5 times.',
  step: 'restartKafka',
  nodeId: 2,
  logLines: ['FATAL disk', 'bye'],
} as const

const IN_SYNC = { hostedPartitions: 12, inSyncPartitions: 12, underReplicatedPartitions: 0, atMinIsrPartitions: 1 }

/** A restart that took node 1 through and failed at node 2. */
async function failedRestart() {
  const operation = await restart(api())
  const step = (name: string, nodeId: number) => ({
    tenantId: 'acme',
    operationId: operation.operationId,
    attempt: 1,
    name,
    nodeId,
  })
  const { ports, clock } = api()
  await api().play(operation, (draft) => draft.setOperation({ state: 'Running', startedAt: timestamp(ports) }))
  await recordStep(ports, step('enterRebooting', 1), { state: 'Running', statusBefore: 'Active' }, true)
  await recordStep(ports, step('enterRebooting', 1), { state: 'Succeeded', statusAfter: 'Rebooting' })
  await recordStep(ports, step('finishNode', 1), { state: 'Running', statusBefore: 'Rebooting' }, true)
  await clock.sleep(65_000)
  await recordStep(ports, step('finishNode', 1), { state: 'Succeeded', statusAfter: 'Active' })
  await recordStep(ports, step('restartKafka', 2), { state: 'Running', statusBefore: 'Rebooting' }, true)
  await recordStep(ports, step('restartKafka', 2), { state: 'Waiting', reason: 'a gate' }, true)
  await recordStep(ports, step('restartKafka', 2), { isrBefore: IN_SYNC })
  const { code, detail: reason } = FAILURE
  await recordStep(ports, step('restartKafka', 2), { state: 'Failed', code, reason, statusAfter: 'Error' })
  await api().end(operation, { state: 'Failed', error: FAILURE })
  return operation
}

describe('weir operations show', () => {
  it('tells of each node where it came from, where it is and how long it took', async () => {
    const { operationId } = await failedRestart()
    const { out } = await weir(api(), ['operations', 'show', operationId])
    expect(out).toMatch(/^ {2}node 1, Active → Rebooting → Active, 1 min 05 s$/m)
    expect(out).toMatch(/^ {2}node 2, Rebooting → Error, \d s, in sync 12 of 12$/m)
  })

  it('tells of each step its time, statuses, calls and reason, and how the node stood in the ISR', async () => {
    const { operationId } = await failedRestart()
    const { out } = await weir(api(), ['operations', 'show', operationId])
    expect(out).toMatch(/^ {4}finishNode +Succeeded +\d\d:\d\d:\d\d 1 min 05 s +Rebooting → Active$/m)
    expect(out).toMatch(/^ {4}restartKafka +Failed +\d\d:\d\d:\d\d \d s +Rebooting → Error, 2 calls$/m)
    expect(out).toContain(
      '        ISR before  in sync on 12 of 12 partitions; in the cluster 0 under-replicated, 1 at their minimum\n',
    )
    expect(out).toContain('        reason      BROKER_PROCESS_FAILED: Kafka ended 5 times.\n')
  })

  it('tells of every attempt, how it ended and why, also of the one that goes on', async () => {
    const { operationId } = await failedRestart()
    await weir(api(), ['operations', 'resume', operationId])
    const { out } = await weir(api(), ['operations', 'show', operationId])
    expect(out).toMatch(/^Attempt 1: Failed, \d\d:\d\d:\d\d to \d\d:\d\d:\d\d \(1 min 0\d s\)$/m)
    expect(out).toMatch(/^ {2}BROKER_PROCESS_FAILED in restartKafka on node 2: Kafka ended 5 times\.$/m)
    expect(out).toMatch(/^Attempt 2: Pending, not begun$/m)
    expect(out).toMatch(/^ {4}restartKafka +Failed/m)
  })

  it("tells why it failed with Kafka's own lines, and what is allowed next", async () => {
    const { operationId } = await failedRestart()
    const { out } = await weir(api(), ['operations', 'show', operationId])
    for (const part of ['BROKER_PROCESS_FAILED', 'FATAL disk', 'bye', `weir operations resume ${operationId}`]) {
      expect(out).toContain(part)
    }
    expect(out).toMatch(/^Allowed of the cluster +\S/m)
  })

  it('tells the story of an operation whose cluster is gone', async () => {
    const { operationId, clusterId } = await failedRestart()
    const removal = json(await weir(api(), ['clusters', 'delete', 'orders', '--yes', '-o', 'json']))
    await api().play({ operationId: String(removal.id), clusterId }, (draft) =>
      draft.enterCluster('Deleted', 'Unknown'),
    )
    const ran = await weir(api(), ['operations', 'show', operationId])
    expect(ran.code).toBe(0)
    expect(ran.out).toMatch(/^Cluster +clu_\w+ \(gone\)$/m)
  })

  it('gives the operation alone with -o json', async () => {
    const { operationId } = await failedRestart()
    expect(json(await weir(api(), ['operations', 'show', operationId, '-o', 'json']))).toMatchObject({
      id: operationId,
      allowedActions: ['resume'],
      error: { logLines: FAILURE.logLines },
    })
  })
})
