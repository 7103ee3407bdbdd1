import { describe, expect, it } from 'vitest'
import { absentPort } from '../../../functions/adapters/absent-port.ts'
import { sweepHandler } from '../../../functions/lambda/sweep.ts'
import type { HostFleet } from '../../../shared/ports/hosts.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { type Harness, harness, whileTimePasses } from '../../api/harness.ts'
import { idleWorkflows, reported } from '../../api/host-fixtures.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** The function as it is deployed, without a fleet that it could ask. */
const handlerOf = (h: Harness) =>
  sweepHandler({ ...h.ports, log: quiet, workflows: idleWorkflows(), hosts: absentPort<HostFleet>('There is none') })

describe('the function of the schedule', () => {
  it('ends at once where there is no cluster', async () => {
    const h = harness()
    const began = h.clock.now()
    await handlerOf(h)()
    expect(h.clock.now()).toBe(began)
  })

  it('notices a host that falls silent between two firings', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await reported(h, clusterId, 1)
    await whileTimePasses(h.clock, handlerOf(h)())
    const { body } = await h.get(`/v1/clusters/${clusterId}/brokers/1`)
    expect(body).toMatchObject({ status: 'Active', health: 'Unknown' })
  })
})
