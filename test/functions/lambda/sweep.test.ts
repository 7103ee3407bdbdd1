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

  it('tells of orphans once an hour, and looks after the clusters although that fails', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const errors: string[] = []
    let asked = 0
    const noFleet = absentPort<HostFleet>('There is none')
    const hosts = new Proxy(noFleet, {
      get: (fleet, method) => {
        if (method === 'list') return async () => []
        if (method !== 'listAll') return Reflect.get(fleet, method)
        asked++
        return () => Promise.reject(new TypeError('no answer'))
      },
    })
    const log = { ...quiet, error: (message: string) => void errors.push(message) }
    const handler = sweepHandler({ ...h.ports, log, workflows: idleWorkflows(), hosts })
    await h.clock.advance(16 * 60_000)
    await reported(h, clusterId, 1)
    for (const times of [0, 1, 1]) {
      await whileTimePasses(h.clock, handler())
      await h.clock.advance(60_000 - (h.clock.now() % 60_000))
      expect(asked).toBe(times)
    }
    expect(errors).toEqual(['orphans could not be looked for'])
    expect((await h.get(`/v1/clusters/${clusterId}/brokers/1`)).body).toMatchObject({ health: 'Unavailable' })
  })
})
