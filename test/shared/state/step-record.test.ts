import { describe, expect, it } from 'vitest'
import type { SqliteStore } from '../../../local/sqlite-store.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { endOperation } from '../../../shared/state/end-operation.ts'
import { loadSteps, loadStory } from '../../../shared/state/load.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { accepted, stateFixture } from './state-fixture.ts'

async function story() {
  const ports = stateFixture()
  const { tenantId, clusterId, operationId } = await accepted(ports)
  const record = (attempt: number, patch: Parameters<typeof recordStep>[2], begin = false) =>
    recordStep(ports, { tenantId, operationId, attempt, name: 'awaitInSync', nodeId: 1 }, patch, begin)
  return { ports, record, tell: () => loadStory(ports.store, tenantId, operationId), tenantId, clusterId, operationId }
}

describe('the story of an operation', () => {
  it('keeps what an attempt said when the next one says something else', async () => {
    const { record, tell, ports, tenantId, operationId } = await story()
    await record(1, { state: 'Running' }, true)
    await record(1, { state: 'Failed', code: 'HOST_FAILED', reason: 'no disk' })
    await record(2, { state: 'Running' }, true)
    await record(2, { state: 'Succeeded' })
    expect(await tell()).toMatchObject([
      { attempt: 1, state: 'Failed', reason: 'no disk', attempts: 1 },
      { attempt: 2, state: 'Succeeded', attempts: 1 },
    ])
    expect((await tell())[1]).not.toHaveProperty('reason')
    expect(await loadSteps(ports.store, tenantId, operationId)).toMatchObject([{ attempt: 2 }])
    expect(await loadSteps(ports.store, tenantId, operationId, 1)).toMatchObject([{ attempt: 1 }])
  })

  it('does not grow with the calls of a step that polls, and tells when the newest one began', async () => {
    const { record, tell, ports } = await story()
    const began = new Date(ports.clock.now()).toISOString()
    for (let call = 0; call < 50; call++) {
      await ports.clock.advance(30_000)
      await record(1, { state: 'Running' }, true)
      await record(1, { state: 'Waiting', reason: 'behind' })
    }
    const steps = await tell()
    expect(steps).toMatchObject([{ attempts: 50, state: 'Waiting' }])
    expect(Date.parse(steps[0]?.calledAt ?? '') - Date.parse(began)).toBe(50 * 30_000)
    expect(Date.parse(steps[0]?.startedAt ?? '') - Date.parse(began)).toBe(30_000)
  })

  it('keeps what was true before the first call, and tells what was true after the last', async () => {
    const { record, tell } = await story()
    await record(1, { state: 'Running', statusBefore: 'Active' }, true)
    await record(1, { isrBefore: { inSyncPartitions: 9 } })
    await record(1, { state: 'Running', statusBefore: 'Rebooting' }, true)
    await record(1, { isrBefore: { inSyncPartitions: 3 } })
    await record(1, { isrAfter: { inSyncPartitions: 12 } })
    await record(1, { state: 'Succeeded', statusAfter: 'Rebooting' })
    expect(await tell()).toMatchObject([
      {
        statusBefore: 'Active',
        statusAfter: 'Rebooting',
        isrBefore: { inSyncPartitions: 9 },
        isrAfter: { inSyncPartitions: 12 },
      },
    ])
  })

  it('opens nothing in an attempt that is over, whenever the call comes or its answer', async () => {
    const { record, tell, ports, tenantId, clusterId, operationId } = await story()
    const end = () =>
      changeCluster(ports, { tenantId, clusterId, operationId }, (draft) =>
        endOperation(draft, { state: 'Failed', cluster: 'Error' }),
      )
    await record(1, { state: 'Running' }, true)
    await record(1, { state: 'Failed', reason: 'no disk' })
    await end()
    await record(1, { state: 'Running' }, true)
    await record(1, { state: 'Waiting', reason: 'late' })
    await record(1, { state: 'Succeeded' })
    await record(1, { isrBefore: { inSyncPartitions: 3 } })
    expect(await tell()).toMatchObject([{ state: 'Failed', reason: 'no disk', attempts: 1 }])
    expect((await tell())[0]).not.toHaveProperty('isrBefore')
  })

  it('leaves no step open that began in the moment of the end', async () => {
    const { tell, ports, tenantId, clusterId, operationId } = await story()
    const store: SqliteStore = {
      ...ports.store,
      transact: async (writes) => {
        if (writes.some(({ sort }) => sort.startsWith('STEP#')) && (await tell()).length === 0)
          await changeCluster(ports, { tenantId, clusterId, operationId }, (draft) =>
            endOperation(draft, { state: 'Failed', cluster: 'Error' }),
          )
        return ports.store.transact(writes)
      },
    }
    const step = { tenantId, operationId, attempt: 1, name: 'awaitInSync', nodeId: 1 }
    await recordStep({ ...ports, store }, step, { state: 'Running' }, true)
    expect(await tell()).toMatchObject([{ state: 'Abandoned' }])
  })
})
