import { describe, expect, it } from 'vitest'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { activeCluster, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'
import { rolledOnto392 } from './levels-fixture.ts'

/** A cluster whose nodes all run 3.9.2 by now, with the levels of 3.7.1. */
async function rolled() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  await rolledOnto392(h, clusterId)
  return { h, clusterId, path: `/v1/clusters/${clusterId}/actions/finalise-upgrade` }
}

const change = { pointer: '/featureLevels/metadata.version', from: 19, to: 21 }
const plan = async (h: Harness, path: string) => Object((await h.post(`${path}?validateOnly=true`)).body)

describe('the end of an upgrade', () => {
  it('is an operation that touches no broker, with what changes and that there is no way back', async () => {
    const { h, path, clusterId } = await rolled()
    const before = await h.get(`/v1/clusters/${clusterId}`)
    expect(before.body).toMatchObject({
      featureLevels: { 'metadata.version': 19 },
      allowedActions: expect.arrayContaining(['finaliseUpgrade']),
      warnings: [{ code: 'UPGRADE_NOT_FINALISED' }],
    })
    const answer = await h.post(path)
    expect(answer.status).toBe(202)
    const operation = (await h.get(`/v1/operations/${textAt(answer, 'id')}`)).body
    expect(operation).toMatchObject({
      type: 'finaliseUpgrade',
      plan: { changes: [change], restarts: 0, phases: [{ kind: 'finaliseUpgrade', nodes: [] }] },
      warnings: [expect.stringContaining('cannot be taken back')],
    })
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({ status: 'Upgrading' })
    expect((await h.post(path)).body).toMatchObject({ code: 'OPERATION_IN_PROGRESS' })
  })

  it('is planned without a trace, and the plan asks Kafka whether it would', async () => {
    const { h, path } = await rolled()
    const before = await h.commits()
    expect(await plan(h, path)).toMatchObject({ operation: 'finaliseUpgrade', changes: [change], blockers: [] })
    expect(h.kafka.calls).toContain('updateFeatures')
    expect(h.kafka.levels.get('metadata.version')).toBe(19)
    expect(await h.commits()).toBe(before)
  })

  it('is nothing to be done where the cluster has these levels', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const path = `/v1/clusters/${clusterId}/actions/finalise-upgrade`
    const before = await h.commits()
    const answer = await h.post(path)
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ changes: [], phases: [], blockers: [] })
    expect(answer.body).not.toHaveProperty('operation')
    expect(await h.commits()).toBe(before)
    const shown = (await h.get(`/v1/clusters/${clusterId}`)).body
    expect(Object(shown).allowedActions).not.toContain('finaliseUpgrade')
  })

  it('is taken up again where Kafka has the levels and the record does not say so', async () => {
    const { h, path } = await rolled()
    h.kafka.levels.set('metadata.version', 21)
    expect(await plan(h, path)).toMatchObject({ operation: 'finaliseUpgrade', changes: [change], blockers: [] })
  })

  it.each([
    [
      'a node runs another release',
      'MIXED_VERSIONS',
      async (h: Harness, clusterId: string) => {
        await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
          draft.setBroker(2, { kafkaVersion: '3.7.1' }),
        )
      },
    ],
    [
      'a node may run another release',
      'MIXED_VERSIONS',
      async (h: Harness, clusterId: string) => {
        await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
          draft.setBroker(2, { orderedVersion: '3.9.2' }),
        )
      },
    ],
    [
      'a node does not answer',
      'NODES_NOT_SERVING',
      async (h: Harness) => {
        h.kafka.silent.add(3)
      },
    ],
    [
      'a node does not know the level',
      'LEVEL_NOT_SUPPORTED',
      async (h: Harness) => {
        h.kafka.supported.set('metadata.version', { min: 1, max: 19 })
      },
    ],
    [
      'a broker is registered that does not belong to the cluster',
      'STALE_REGISTRATION',
      async (h: Harness) => {
        h.kafka.strangers.push(9)
      },
    ],
  ] as const)('is refused while %s', async (_why, code, trouble) => {
    const { h, path, clusterId } = await rolled()
    await trouble(h, clusterId)
    const blockers: readonly { readonly code: string }[] = (await plan(h, path)).blockers
    expect(new Set(blockers.map((blocker) => blocker.code))).toEqual(new Set([code]))
    const before = await h.commits()
    expect(await h.post(path)).toMatchObject({ status: 409, body: { code } })
    expect(await h.commits()).toBe(before)
  })
})
