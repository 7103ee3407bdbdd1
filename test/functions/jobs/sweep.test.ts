import { describe, expect, it } from 'vitest'
import { type SweepPorts, sweep } from '../../../functions/jobs/sweep.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { HostResource } from '../../../shared/ports/hosts.ts'
import type { ExecutionState } from '../../../shared/ports/workflows.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { completeDelete } from '../../../workflows/steps/complete-delete.ts'
import { recordFailure } from '../../../workflows/steps/record-failure.ts'
import { activeCluster, itemsOf, ordered, paused, textAt } from '../../api/cluster-fixtures.ts'
import { type Harness, harness, whileTimePasses } from '../../api/harness.ts'
import { brokerDown, idleWorkflows, onlyListing, reported } from '../../api/host-fixtures.ts'

/** The ports of the sweeper on a control plane whose executions and machines are as the test says. */
function sweeping(h: Harness, machines: () => readonly HostResource[] = () => []) {
  const workflows = idleWorkflows()
  const world: { execution: ExecutionState } = { execution: 'Absent' }
  const log = { info: () => {}, warn: () => {}, error: (_: string, __: unknown, cause: unknown) => raise(cause) }
  const ports: SweepPorts = {
    ...h.ports,
    log,
    workflows: { ...workflows, describe: async () => world.execution },
    hosts: onlyListing(async () => machines()),
  }
  return { ports, world, asked: workflows.asked, sweep: () => sweep(ports, { repairAfterSeconds: 40 }) }
}

function raise(thrown: unknown): never {
  throw thrown
}

const notProvided = new DomainError('NOT_PROVIDED', 'There is no fleet.')
const MINUTE = 60_000
const cluster = async (h: Harness, id: string) => (await h.get(`/v1/clusters/${id}`)).body
const broker = async (h: Harness, id: string) => (await h.get(`/v1/clusters/${id}/brokers/2`)).body
const operation = async (h: Harness, id: string) => (await h.get(`/v1/operations/${id}`)).body

describe('a host that fell silent', () => {
  async function silent(state: HostResource['state']) {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const nodes = [1, 2, 3]
    for (const nodeId of nodes) await reported(h, clusterId, nodeId)
    await h.clock.advance(21_000)
    for (const nodeId of [1, 3]) await reported(h, clusterId, nodeId)
    const machine = { tenantId: 'acme', clusterId, nodeId: 2, kind: 'instance', id: 'i_2', state } as const
    return { h, clusterId, ...sweeping(h, () => [machine]) }
  }

  it('makes its broker Unknown while its machine runs, because silence is no proof of death', async () => {
    const { h, clusterId, sweep } = await silent('Running')
    await sweep()
    expect(await broker(h, clusterId)).toMatchObject({
      health: 'Unknown',
      statusReason: expect.stringMatching(/^Nothing has been heard/),
    })
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Active', health: 'Degraded' })
  })

  it('makes its broker Unavailable when its machine is off', async () => {
    const { h, clusterId, sweep } = await silent('Stopped')
    await sweep()
    expect(await broker(h, clusterId)).toMatchObject({
      health: 'Unavailable',
      statusReason: expect.stringMatching(/machine of this broker is off/),
    })
  })

  it('is written once, however often it is found', async () => {
    const { h, sweep } = await silent('Running')
    await sweep()
    const before = await h.commits()
    await sweep()
    expect(await h.commits()).toBe(before)
  })

  it('is Healthy again with its next report', async () => {
    const { h, clusterId, sweep } = await silent('Running')
    await sweep()
    await reported(h, clusterId, 2)
    expect(await broker(h, clusterId)).toMatchObject({ health: 'Healthy' })
    expect(await cluster(h, clusterId)).toMatchObject({ health: 'Healthy' })
  })

  it('leaves the health of its cluster Unknown when no host is heard of', async () => {
    const { h, clusterId, ports } = await silent('Running')
    await h.clock.advance(21_000)
    const hosts = { ...ports.hosts, list: async () => Promise.reject(notProvided) }
    await sweep({ ...ports, hosts }, { repairAfterSeconds: 40 })
    expect(await cluster(h, clusterId)).toMatchObject({ health: 'Unknown' })
  })
})

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
/** An operation that runs, with the calls of its steps as the test makes them. */
async function underWay(h: Harness, deadlineMinutes = 600) {
  const { operationId, clusterId } = await ordered(h)
  const { sweep, world } = sweeping(h)
  world.execution = 'Running'
  const deadlineAt = new Date(h.clock.now() + deadlineMinutes * MINUTE).toISOString()
  const target = { tenantId: 'acme', clusterId, operationId }
  await changeCluster(h.ports, target, (draft) =>
    draft.setOperation({ state: 'Running', startedAt: draft.now, deadlineAt }),
  )
  const call = (name: string, nodeId: number, patch: Parameters<typeof recordStep>[2] = {}, attempt = 1) =>
    recordStep(h.ports, { tenantId: 'acme', operationId, attempt, name, nodeId }, { state: 'Running', ...patch }, true)
  return { operationId, clusterId, sweep, call, minutes: (count: number) => h.clock.advance(count * MINUTE) }
}

describe('an operation that nobody works on', () => {
  it('is started when it never was', async () => {
    const h = harness()
    const { operationId } = await ordered(h)
    const { sweep, asked } = sweeping(h)
    await sweep()
    expect(asked).toEqual([`start ${operationId}-1`])
    expect(await operation(h, operationId)).toMatchObject({ state: 'Pending', attempt: 1 })
  })

  it('is left alone while its execution runs and it has time', async () => {
    const h = harness()
    await ordered(h)
    const { sweep, world } = sweeping(h)
    world.execution = 'Running'
    const before = await h.commits()
    await sweep()
    expect(await h.commits()).toBe(before)
  })

  it('gets a new attempt when its execution has ended without a word, and has failed after the third', async () => {
    const h = harness()
    const { operationId, clusterId } = await ordered(h)
    const { sweep, world } = sweeping(h)
    world.execution = 'Ended'
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ state: 'Pending', attempt: 2 })
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ state: 'Pending', attempt: 3 })
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ state: 'Failed', attempt: 3, error: { code: 'INTERNAL' } })
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Error', health: 'Unavailable' })
  })

  it('is begun anew when it is over its deadline, which fences and ends the execution that hangs', async () => {
    const h = harness()
    const { operationId, clusterId } = await ordered(h)
    const { sweep, world, asked } = sweeping(h)
    world.execution = 'Running'
    await h.clock.advance(46 * MINUTE)
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ state: 'Pending', attempt: 2 })
    expect(asked).toEqual([`stop ${operationId}-1`])
    const late = changeCluster(h.ports, { tenantId: 'acme', clusterId, operationId, attempt: 1 }, () => undefined)
    await expect(late).rejects.toMatchObject({ code: 'OPERATION_SUPERSEDED' })
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ attempt: 2 })
  })

  it('gets a new attempt when nothing was heard of it for long, and not at the first look after an outage', async () => {
    const h = harness()
    const { operationId, sweep, call, minutes } = await underWay(h)
    await call('ensureVolume', 2)
    await minutes(16)
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ attempt: 1 })
    await call('ensureVolume', 2)
    await minutes(4)
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ attempt: 1 })
    await minutes(12)
    await sweep()
    await minutes(4)
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({
      state: 'Pending',
      attempt: 2,
      earlierAttempts: [
        {
          attempt: 1,
          state: 'GivenUp',
          error: { step: 'ensureVolume', nodeId: 2, detail: expect.stringContaining('ensureVolume on node 2') },
        },
      ],
    })
  })

  it('makes progress while the host that it is parked on reports, and is not written to for that', async () => {
    const h = harness()
    const { clusterId, operationId, sweep, call, minutes } = await underWay(h, 600)
    await reported(h, clusterId, 2)
    await call('launchKafka', 2)
    for (let hour = 0; hour < 6; hour++) {
      await minutes(29)
      await reported(h, clusterId, 2)
      const before = await h.commits()
      await sweep()
      expect(await h.commits()).toBe(before)
    }
    expect(await operation(h, operationId)).toMatchObject({ state: 'Running', attempt: 1 })
    await minutes(31)
    await sweep()
    await minutes(4)
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ attempt: 2 })
  })

  it('has failed when the third attempt makes no progress either, and names the node, the step and what was awaited', async () => {
    const h = harness()
    const { clusterId, operationId, sweep, call, minutes } = await underWay(h)
    for (let attempt = 1; attempt <= 3; attempt++) {
      await call('ensureInstance', 3, { state: 'Waiting', reason: 'The machine has no address.' }, attempt)
      await minutes(16)
      await sweep()
      await minutes(4)
      await sweep()
    }
    expect(await operation(h, operationId)).toMatchObject({
      state: 'Failed',
      attempt: 3,
      error: { step: 'ensureInstance', nodeId: 3, detail: expect.stringContaining('The machine has no address.') },
    })
    expect(await cluster(h, clusterId)).toMatchObject({ status: 'Error' })
    expect(await cluster(h, clusterId)).not.toHaveProperty('activeOperationId')
  })

  it('may rest for as long as its owner likes', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
    await paused(h, clusterId, operationId)
    const { sweep, world } = sweeping(h)
    world.execution = 'Ended'
    await h.clock.advance(7 * 24 * 60 * MINUTE)
    await sweep()
    expect(await operation(h, operationId)).toMatchObject({ state: 'Paused', attempt: 1 })
  })
})

describe('a delete that failed', () => {
  it('is ordered again after a minute, then after two, for as long as it takes', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { sweep, ports } = sweeping(h)
    const failed = async (operationId: string) =>
      recordFailure.run({ tenantId: 'acme', clusterId, operationId, attempt: 1 }, ports)
    const running = async () => textAt(await h.get(`/v1/clusters/${clusterId}`), 'activeOperationId')
    await failed(textAt(await h.delete(`/v1/clusters/${clusterId}`), 'id'))
    expect(await cluster(h, clusterId)).not.toHaveProperty('activeOperationId')
    await h.clock.advance(MINUTE)
    await sweep()
    const second = await running()
    expect(await operation(h, second)).toMatchObject({ type: 'deleteCluster', state: 'Pending', requestedBy: 'weir' })
    await failed(second)
    await h.clock.advance(MINUTE)
    await sweep()
    expect(await cluster(h, clusterId)).not.toHaveProperty('activeOperationId')
    await h.clock.advance(MINUTE)
    await sweep()
    expect(await running()).not.toBe(second)
  })
})

describe('the list of all clusters', () => {
  it('names those of every tenant, and none that is gone', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await ordered(h, {}, { as: 'globex' })
    const { ports, sweep } = sweeping(h)
    expect((await sweep()).clusters).toBe(2)
    const operationId = textAt(await h.delete(`/v1/clusters/${clusterId}`), 'id')
    await completeDelete.run({ tenantId: 'acme', clusterId, operationId, attempt: 1 }, ports)
    expect((await sweep()).clusters).toBe(1)
  })
})
