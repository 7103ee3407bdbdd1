import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { activeCluster } from './cluster-fixtures.ts'
import { harness } from './harness.ts'
import { brokerDown, reported } from './host-fixtures.ts'

async function down() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await brokerDown(h, clusterId, 2)
  const repair = (nodeId: number, body?: object, as = 'acme') =>
    h.post(`/v1/clusters/${clusterId}/brokers/${nodeId}/actions/repair`, body, { as })
  return { h, clusterId, repair }
}

describe('202', () => {
  it('accepts the repair of a broker that does not serve', async () => {
    const { h, clusterId, repair } = await down()
    const answer = await repair(2)
    expect(answer).toMatchObject({ status: 202, body: { type: 'repairBrokers', progress: { brokersTotal: 1 } } })
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ status: 'Repairing', health: 'Degraded' })
  })

  it('takes all brokers when none serves, out of Error too', async () => {
    const { h, clusterId, repair } = await down()
    const { body } = await h.post(`/v1/clusters/${clusterId}/actions/restart`)
    const operationId = String(Object(body).id)
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
      for (const { nodeId } of draft.brokers()) {
        draft.enterBroker(nodeId, 'Rebooting')
        draft.enterBroker(nodeId, 'Error', { health: 'Unavailable' })
      }
      draft.enterCluster('Error', 'Unavailable')
      const { activeOperationId: _, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ state: 'Failed', finishedAt: draft.now })
    })
    expect(await repair(1)).toMatchObject({ status: 202, body: { progress: { brokersTotal: 3 } } })
  })
})

describe('a cluster in Error whose brokers have all come back by themselves', () => {
  async function backInError() {
    const { h, clusterId, repair } = await down()
    const { body } = await repair(2)
    const operationId = String(Object(body).id)
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) => {
      draft.setHealth(2, 'Healthy', undefined)
      draft.enterCluster('Error', 'Healthy')
      const { activeOperationId: _, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ state: 'Failed', finishedAt: draft.now })
    })
    return repair
  }

  it('is looked at by a repair, which lifts the Error', async () => {
    expect(await (await backInError())(1)).toMatchObject({ status: 202 })
  })

  it('keeps its volumes, whoever says otherwise', async () => {
    const refused = await (await backInError())(1, { replaceVolume: true })
    expect(refused).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
  })
})

describe('what is said about the volume', () => {
  it('stands in the warnings of the operation', async () => {
    const { repair } = await down()
    const { body } = await repair(2, { replaceVolume: true, acceptDataLoss: true })
    expect(Object(body).warnings).toEqual([
      expect.stringContaining('node 2 is replaced by an empty one'),
      expect.stringContaining('are given up'),
    ])
  })

  it('is nothing unless it is said, and nothing else may be said', async () => {
    const { repair } = await down()
    expect(await repair(2, { acceptDataLoss: 'yes' })).toMatchObject({ status: 422, body: { code: 'INVALID_FIELD' } })
    expect(await repair(2, { force: true })).toMatchObject({ status: 422, body: { code: 'INVALID_FIELD' } })
    expect(Object((await repair(2, {})).body).warnings).toEqual([])
  })

  it('is not for another tenant to say', async () => {
    const { h, repair } = await down()
    const before = await h.commits()
    const answer = await repair(2, { acceptDataLoss: true }, 'globex')
    expect(answer).toMatchObject({ status: 404, body: { code: 'CLUSTER_NOT_FOUND' } })
    expect(await h.commits()).toBe(before)
  })
})

describe('409', () => {
  it('leaves a broker alone that serves', async () => {
    const { repair } = await down()
    expect(await repair(1)).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
  })

  it('leaves a broker alone that is in log recovery', async () => {
    const { h, clusterId, repair } = await down()
    await reported(h, clusterId, 2, { process: { state: 'Recovering', exitCount: 1 } })
    expect(await repair(2)).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
  })

  it('refuses a cluster that never came up', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/brokers/1/actions/repair`)
    expect(answer).toMatchObject({ status: 409, body: { code: 'STATUS_NOT_ALLOWED' } })
  })
})

describe('404', () => {
  it('knows no broker that is not there', async () => {
    const { repair } = await down()
    expect(await repair(9)).toMatchObject({ status: 404, body: { code: 'BROKER_NOT_FOUND' } })
  })
})
