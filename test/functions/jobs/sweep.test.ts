import { describe, expect, it } from 'vitest'
import { sweep } from '../../../functions/jobs/sweep.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { HostResource } from '../../../shared/ports/hosts.ts'
import { completeDelete } from '../../../workflows/steps/complete-delete.ts'
import { activeCluster, ordered, textAt } from '../../api/cluster-fixtures.ts'
import { harness } from '../../api/harness.ts'
import { reported } from '../../api/host-fixtures.ts'
import { broker, cluster, sweeping } from './sweep-fixtures.ts'

const notProvided = new DomainError('NOT_PROVIDED', 'There is no fleet.')

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
