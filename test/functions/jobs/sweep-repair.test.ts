import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { recordFailure } from '../../../workflows/steps/record-failure.ts'
import { activeCluster, itemsOf, textAt } from '../../api/cluster-fixtures.ts'
import { harness, whileTimePasses } from '../../api/harness.ts'
import { brokerDown, reported } from '../../api/host-fixtures.ts'
import { broker, cluster, MINUTE, operation, sweeping } from './sweep-fixtures.ts'

describe('a machine that is gone', () => {
  async function gone(seconds: number, others: readonly number[] = [1, 3]) {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
    await brokerDown(h, clusterId, 2)
    await h.clock.advance(seconds * 1000)
    for (const nodeId of others) await reported(h, clusterId, nodeId)
    await sweeping(h).sweep()
    return { h, clusterId, cluster: await cluster(h, clusterId) }
  }

  it('is given time to come back', async () => {
    expect((await gone(39)).cluster).toMatchObject({ status: 'Active', health: 'Degraded' })
  })

  it('is replaced when it has been gone for long enough', async () => {
    const { h, cluster } = await gone(41)
    expect(cluster).toMatchObject({ status: 'Repairing', health: 'Degraded' })
    const repair = await operation(h, String(Object(cluster).activeOperationId))
    expect(repair).toMatchObject({ type: 'repairBrokers', requestedBy: 'weir', progress: { brokersTotal: 1 } })
  })

  it('is not replaced when another node of the cluster is bad, too', async () => {
    expect((await gone(41, [1])).cluster).toMatchObject({ status: 'Active' })
  })

  it('is not replaced, nor its broker called unwell, while an operation of ours has it rebooted', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
    const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`, { mode: 'host' }), 'id')
    await changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId }, (draft) =>
      draft.enterBroker(2, 'Rebooting'),
    )
    await h.clock.advance(5 * MINUTE)
    for (const nodeId of [1, 3]) await reported(h, clusterId, nodeId)
    await sweeping(h).sweep()
    expect(await cluster(h, clusterId)).toMatchObject({
      status: 'Rebooting',
      health: 'Healthy',
      activeOperationId: operationId,
    })
    expect(await broker(h, clusterId)).toMatchObject({ status: 'Rebooting', health: 'Healthy' })
    expect(Object((await h.get(`/v1/clusters/${clusterId}/operations?type=repairBrokers`)).body).items ?? []).toEqual(
      [],
    )
  })

  it('is not replaced while the fleet says that it runs', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
    await brokerDown(h, clusterId, 2)
    await h.clock.advance(3600_000)
    for (const nodeId of [1, 3]) await reported(h, clusterId, nodeId)
    const machine = { tenantId: 'acme', clusterId, nodeId: 2, kind: 'instance', id: 'i_2', state: 'Running' } as const
    await sweeping(h, () => [machine]).sweep()
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Active' })
  })
})

describe('a host that cannot use its volume', () => {
  it('is repaired as one whose machine is gone, after the same time', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await brokerDown(h, clusterId, 2)
    const problem = { code: 'VOLUME_FAILED', detail: 'gone', terminal: true } as const
    const report = async () => {
      for (const nodeId of [1, 3]) await reported(h, clusterId, nodeId)
      await reported(h, clusterId, 2, { process: { state: 'Absent', exitCount: 0 }, problem })
    }
    await report()
    const { sweep } = sweeping(h)
    await sweep()
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Active' })
    await h.clock.advance(41_000)
    await report()
    await sweep()
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Repairing' })
  })
})

describe('what is not repaired by itself', () => {
  /** Clusters of three, each of which has lost a machine. */
  async function lost(clusters: number, healthy = 0) {
    const h = harness()
    const ids: string[] = []
    for (let count = 0; count < clusters + healthy; count++) {
      const { clusterId } = await activeCluster(h, { name: `orders-${count}` })
      for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
      if (count < clusters) await brokerDown(h, clusterId, 2)
      ids.push(clusterId)
    }
    const report = async () => {
      for (const [index, clusterId] of ids.entries())
        for (const nodeId of index < clusters ? [1, 3] : [1, 2, 3]) await reported(h, clusterId, nodeId)
    }
    await h.clock.advance(41_000)
    await report()
    const statuses = async () =>
      (await Promise.all(ids.map((id) => cluster(h, id)))).map((body) => String(Object(body).status))
    const repairing = async () => (await statuses()).filter((status) => status === 'Repairing').length
    return { h, ids, report, repairing, ...sweeping(h) }
  }

  it('is more than a few machines in one hour, over all clusters, however many sweeps there are', async () => {
    const { h, sweep, report, repairing } = await lost(7, 3)
    await whileTimePasses(h.clock, Promise.all([sweep(), sweep()]))
    await sweep()
    expect(await repairing()).toBe(5)
    await h.clock.advance(59 * MINUTE)
    await report()
    await sweep()
    expect(await repairing()).toBe(5)
    await h.clock.advance(MINUTE)
    await report()
    await sweep()
    expect(await repairing()).toBe(7)
  })

  it('does not count the hosts that an operation of ours reboots among those that are down', async () => {
    const h = harness()
    const ids: string[] = []
    for (const name of ['gone', 'twice-down', 'rebooted']) ids.push((await activeCluster(h, { name })).clusterId)
    const [gone = '', twiceDown = '', rebooted = ''] = ids
    for (const id of ids) for (const nodeId of [1, 2, 3]) await reported(h, id, nodeId)
    await brokerDown(h, gone, 2)
    const restart = await h.post(`/v1/clusters/${rebooted}/actions/restart`, { mode: 'host' })
    const target = { tenantId: 'acme', clusterId: rebooted, operationId: textAt(restart, 'id') }
    await changeCluster(h.ports, target, (draft) => draft.enterBroker(2, 'Rebooting'))
    await h.clock.advance(41_000)
    for (const id of [gone, rebooted]) for (const nodeId of [1, 3]) await reported(h, id, nodeId)
    await reported(h, twiceDown, 1)
    const { figures } = await sweeping(h).sweep()
    expect(figures).toMatchObject({ SilentHosts: 3, RepairsHeld: 1 })
    expect(await cluster(h, gone)).toMatchObject({ status: 'Repairing' })
    expect(await cluster(h, twiceDown)).toMatchObject({ status: 'Active' })
  })

  it('says why, once, to people and in an event, until it serves again', async () => {
    const { h, ids, sweep } = await lost(7, 3)
    const held = async () =>
      itemsOf(await h.get('/v1/events?type=kafka.broker.repair_held.v1')).map(({ data }) => Object(data).reason)
    await sweep()
    await sweep()
    await h.projectEvents()
    const reason = expect.stringContaining('within the last hour')
    expect(await held()).toEqual([reason, reason])
    const last = ids[6] ?? ''
    expect(await broker(h, last)).toMatchObject({ statusReason: reason })
    await reported(h, last, 2)
    expect(await broker(h, last)).not.toHaveProperty('statusReason')
  })

  it('is a cluster whose repair has failed, for longer with each failure in a row', async () => {
    const { h, ids, sweep, report, ports } = await lost(1)
    const clusterId = ids[0] ?? ''
    for (const pause of [10, 20, 40, 60]) {
      await sweep()
      const operationId = textAt(await h.get(`/v1/clusters/${clusterId}`), 'activeOperationId')
      await recordFailure.run({ tenantId: 'acme', clusterId, operationId, attempt: 1 }, ports)
      await h.clock.advance((pause - 1) * MINUTE)
      await report()
      await sweep()
      expect(await cluster(h, clusterId), `within ${pause} minutes`).not.toHaveProperty('activeOperationId')
      await h.clock.advance(MINUTE)
      await report()
    }
  })
})
