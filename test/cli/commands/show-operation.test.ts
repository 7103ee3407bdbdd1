import { describe, expect, it } from 'vitest'
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

/** A restart that took node 1 through and failed at node 2. */
async function failedRestart() {
  const operation = await restart(api())
  const step = (name: string, nodeId: number) => ({
    tenantId: 'acme',
    operationId: operation.operationId,
    name,
    nodeId,
  })
  const { ports, clock } = api()
  await recordStep(ports, step('enterRebooting', 1), { state: 'Running', statusBefore: 'Active' }, true)
  await recordStep(ports, step('enterRebooting', 1), { state: 'Succeeded', statusAfter: 'Rebooting' })
  await recordStep(ports, step('finishNode', 1), { state: 'Running', statusBefore: 'Rebooting' }, true)
  await clock.sleep(65_000)
  await recordStep(ports, step('finishNode', 1), { state: 'Succeeded', statusAfter: 'Active' })
  await recordStep(ports, step('restartKafka', 2), { state: 'Running', statusBefore: 'Rebooting' }, true)
  await recordStep(ports, step('restartKafka', 2), { state: 'Waiting', reason: 'a gate' }, true)
  const { code, detail: reason } = FAILURE
  await recordStep(ports, step('restartKafka', 2), { state: 'Failed', code, reason, statusAfter: 'Error' })
  await api().end(operation, { state: 'Failed', error: FAILURE })
  return operation
}

describe('weir operations show', () => {
  it('tells of each node where it came from, where it is, how often and how long', async () => {
    const { operationId } = await failedRestart()
    const { out } = await weir(api(), ['operations', 'show', operationId])
    expect(out).toMatch(/^1 +Active +Active +2 +2 +1 min 05 s +done$/m)
    expect(out).toMatch(/^2 +Rebooting +Error +1 +2 +\S+ s +restartKafka Failed$/m)
  })

  it('tells of each step its tries, statuses, time, code and reason', async () => {
    const { operationId } = await failedRestart()
    const { out } = await weir(api(), ['operations', 'show', operationId])
    expect(out).toMatch(/^finishNode +1 +Succeeded +1 +Rebooting +Active +\d\d:\d\d:\d\d +1 min 05 s +- +-$/m)
    expect(out).toMatch(/^restartKafka +2 +Failed +2 .* BROKER_PROCESS_FAILED +Kafka ended 5 times\.$/m)
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
