import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { recordFailure } from '../../../workflows/steps/record-failure.ts'
import { activeCluster, ordered, paused, textAt } from '../../api/cluster-fixtures.ts'
import { type Harness, harness } from '../../api/harness.ts'
import { reported } from '../../api/host-fixtures.ts'
import { cluster, MINUTE, operation, sweeping } from './sweep-fixtures.ts'

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
