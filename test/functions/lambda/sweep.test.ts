import { describe, expect, it } from 'vitest'
import { absentPort } from '../../../functions/adapters/absent-port.ts'
import { sweepHandler } from '../../../functions/lambda/sweep.ts'
import type { Figures } from '../../../shared/deployment/figures.ts'
import type { HostFleet } from '../../../shared/ports/hosts.ts'
import { activeCluster } from '../../api/cluster-fixtures.ts'
import { type Harness, harness, whileTimePasses } from '../../api/harness.ts'
import { idleWorkflows, reported } from '../../api/host-fixtures.ts'

const quiet = { info: () => {}, warn: () => {}, error: () => {} }

/** The function as it is deployed, without a fleet that it could ask, and what it tells of the deployment. */
function handlerOf(h: Harness) {
  const told: Figures[] = []
  const hosts = absentPort<HostFleet>('There is none')
  const handler = sweepHandler({ ...h.ports, log: quiet, workflows: idleWorkflows(), hosts }, (figures) => {
    told.push(figures)
  })
  return { told, handler }
}

describe('the function of the schedule', () => {
  it('ends at once where there is no cluster, and says so: its silence is an alarm', async () => {
    const h = harness()
    const began = h.clock.now()
    const { handler, told } = handlerOf(h)
    await handler()
    expect(h.clock.now()).toBe(began)
    expect(told).toEqual([expect.objectContaining({ SilentHosts: 0, StuckOperations: 0, ClustersNotLookedAfter: 0 })])
  })

  it('notices a host that falls silent between two firings, and counts it once', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await reported(h, clusterId, 1)
    const { handler, told } = handlerOf(h)
    await whileTimePasses(h.clock, handler())
    const { body } = await h.get(`/v1/clusters/${clusterId}/brokers/1`)
    expect(body).toMatchObject({ status: 'Active', health: 'Unknown' })
    expect(told).toEqual([expect.objectContaining({ SilentHosts: 1 })])
  })

  it('takes no host for silent that reports again as soon as the control plane does so, too', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
    const { handler, told } = handlerOf(h)
    await h.clock.advance(600_000)
    const swept = handler()
    await h.clock.advance(8000)
    for (let rounds = 0; rounds < 6; rounds++) {
      for (const nodeId of [1, 2, 3]) await reported(h, clusterId, nodeId)
      await h.clock.advance(8000)
    }
    await whileTimePasses(h.clock, swept)
    expect(told).toEqual([expect.objectContaining({ SilentHosts: 0 })])
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ health: 'Healthy' })
  })
})
