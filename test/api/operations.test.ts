import { describe, expect, it } from 'vitest'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import { recordStep } from '../../shared/state/step-record.ts'
import { activeCluster, itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

describe('GET /v1/operations/{id}', () => {
  it('answers at once without wait', async () => {
    const h = harness()
    const { operationId } = await ordered(h)
    const before = h.clock.now()
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({ id: operationId, state: 'Pending' })
    expect(h.clock.now()).toBe(before)
  })

  it('answers the present state when the time to wait is up', async () => {
    const h = harness()
    const { operationId } = await ordered(h)
    const before = h.clock.now()
    const answer = await h.get(`/v1/operations/${operationId}?wait=20`)
    expect(answer.body).toMatchObject({ state: 'Pending' })
    expect(h.clock.now() - before).toBe(20_000)
  })

  it('answers soon after the end of the operation', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const before = h.clock.now()
    const [answer] = await Promise.all([
      h.get(`/v1/operations/${operationId}?wait=25`),
      h.clock
        .sleep(5000)
        .then(() =>
          changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
            draft.setOperation({ state: 'Failed', finishedAt: timestamp(h.ports) }),
          ),
        ),
    ])
    expect(answer.body).toMatchObject({ state: 'Failed' })
    expect(h.clock.now() - before).toBeLessThan(7000)
  })

  it('tells why an operation failed, on which broker, with its last log lines', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
      draft.setOperation({
        state: 'Failed',
        error: {
          code: 'KAFKA_UNAVAILABLE',
          detail: 'Kafka ended.',
          step: 'awaitBroker',
          nodeId: 2,
          logLines: ['a', 'b'],
        },
      }),
    )
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({
      error: { code: 'KAFKA_UNAVAILABLE', step: 'awaitBroker', nodeId: 2, logLines: ['a', 'b'] },
    })
  })

  it('tells of a step that is parked on a host what that host has still to reach', async () => {
    const h = harness()
    const { clusterId, operationId } = await ordered(h)
    const target = { tenantId: 'acme', clusterId, operationId }
    await changeCluster(h.ports, target, (draft) => draft.setOperation({ state: 'Running', startedAt: draft.now }))
    const parked = { tenantId: 'acme', operationId, attempt: 1, name: 'launchKafka', nodeId: 2 }
    await recordStep(h.ports, parked, { state: 'Running' }, true)
    const step = async () => Object((await h.get(`/v1/operations/${operationId}`)).body).steps[0]
    expect(await step()).toMatchObject({ name: 'launchKafka', state: 'Running' })
    await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({
      ...host,
      wait: {
        taskToken: 'token',
        operationId,
        attempt: 1,
        step: 'launchKafka',
        condition: 'Launched',
        revision: 1,
        since: timestamp(h.ports),
      },
    }))
    expect(await step()).toMatchObject({ state: 'Waiting', reason: 'the host has not attached yet' })
    await changeCluster(h.ports, target, (draft) => draft.setOperation({ state: 'Cancelled', finishedAt: draft.now }))
    expect(await step()).toMatchObject({ state: 'Abandoned' })
  })

  it('counts a node as done when a step has brought it to its end, not when one merely left it there', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
    const told = (name: string, nodeId: number, statusBefore: string) =>
      recordStep(
        h.ports,
        { tenantId: 'acme', operationId, attempt: 1, name, nodeId },
        { state: 'Succeeded', statusBefore, statusAfter: 'Active' },
        true,
      )
    await told('preflightConfig', 1, 'Active')
    await told('finishNode', 2, 'Rebooting')
    expect((await h.get(`/v1/operations/${operationId}`)).body).toMatchObject({
      progress: { brokersDone: 1, brokersTotal: 3 },
    })
  })

  it.each(['wait=26', 'wait=-1', 'wait=soon'])('refuses ?%s', async (query) => {
    const h = harness()
    const { operationId } = await ordered(h)
    const answer = await h.get(`/v1/operations/${operationId}?${query}`)
    expect([answer.status, answer.body]).toEqual([
      400,
      expect.objectContaining({ errors: [expect.objectContaining({ parameter: 'wait' })] }),
    ])
  })

  it('does not know an operation that never was', async () => {
    const answer = await harness().get('/v1/operations/op_01JD8X3V9QWERTYZ0123456789?wait=25')
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'OPERATION_NOT_FOUND'])
  })
})

describe('lists of operations', () => {
  it('are newest first, of one cluster or of all, and filtered by state, type and cluster', async () => {
    const h = harness()
    const a = await activeCluster(h, { name: 'a' })
    await h.clock.advance(1000)
    const b = await ordered(h, { name: 'b' })
    await h.clock.advance(1000)
    const deletion = textAt(await h.delete(`/v1/clusters/${a.clusterId}`), 'id')
    const ids = async (path: string) => itemsOf(await h.get(path)).map(({ id }) => id)
    expect(await ids('/v1/operations')).toEqual([deletion, b.operationId, a.operationId])
    expect(await ids(`/v1/clusters/${a.clusterId}/operations`)).toEqual([deletion, a.operationId])
    expect(await ids('/v1/operations?state=Succeeded')).toEqual([a.operationId])
    expect(await ids('/v1/operations?type=createCluster')).toEqual([b.operationId, a.operationId])
    expect(await ids(`/v1/operations?clusterId=${b.clusterId}`)).toEqual([b.operationId])
    expect(await ids(`/v1/clusters/${a.clusterId}/operations?type=deleteCluster`)).toEqual([deletion])
  })

  it('give every operation once over the pages', async () => {
    const h = harness()
    for (const name of ['a', 'b', 'c']) await ordered(h, { name })
    const first = await h.get('/v1/operations?pageSize=2')
    const second = await h.get(`/v1/operations?pageSize=2&pageToken=${textAt(first, 'nextPageToken')}`)
    const ids = [...itemsOf(first), ...itemsOf(second)].map(({ id }) => id)
    expect(new Set(ids).size).toBe(3)
    expect(second.body).not.toHaveProperty('nextPageToken')
  })
})
