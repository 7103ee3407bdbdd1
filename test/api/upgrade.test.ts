import { describe, expect, it } from 'vitest'
import { activeCluster, textAt } from './cluster-fixtures.ts'
import { type Harness, harness } from './harness.ts'

const patch = (h: Harness, clusterId: string, body: object) =>
  h.call('PATCH', `/v1/clusters/${clusterId}`, { body, headers: { 'If-Match': '*' } })
const plan = (h: Harness, clusterId: string, body: object) => h.post(`/v1/clusters/${clusterId}/plans`, body)

describe('another release of Kafka', () => {
  it('is ordered by a patch of the version, and every node is shown with the one that it runs', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const shown = await plan(h, clusterId, { kafkaVersion: '3.9.2' })
    expect(shown.body).toMatchObject({ operation: 'upgradeKafka', restarts: 3, blockers: [] })
    const answer = await patch(h, clusterId, { kafkaVersion: '3.9.2' })
    expect([answer.status, answer.body]).toEqual([
      202,
      expect.objectContaining({ type: 'upgradeKafka', plan: shown.body }),
    ])
    expect((await h.get(`/v1/clusters/${clusterId}`)).body).toMatchObject({
      status: 'Upgrading',
      kafkaVersion: '3.9.2',
      featureLevels: { 'metadata.version': 19 },
      runningKafkaVersions: [{ version: '3.7.1', nodes: [1, 2, 3] }],
    })
    expect((await h.get(`/v1/clusters/${clusterId}/brokers/2`)).body).toMatchObject({ kafkaVersion: '3.7.1' })
  })

  it('is refused with the key that it does not know, and its plan says so', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { config: { 'log.message.timestamp.difference.max.ms': '1000' } })
    const pointer = '/config/log.message.timestamp.difference.max.ms'
    const shown = await plan(h, clusterId, { kafkaVersion: '4.3.1' })
    expect([shown.status, shown.body]).toMatchObject([200, { blockers: [{ code: 'INVALID_FIELD', pointer }] }])
    const before = await h.commits()
    const answer = await patch(h, clusterId, { kafkaVersion: '4.3.1' })
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'INVALID_FIELD'])
    expect(answer.body).toMatchObject({ errors: [{ pointer }] })
    expect(await h.commits()).toBe(before)
    expect((await patch(h, clusterId, { kafkaVersion: '3.9.2' })).status).toBe(202)
  })

  it('is refused where it is older than what is finalised, and one that nobody has is no version', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h, { kafkaVersion: '3.9.2' })
    const answer = await patch(h, clusterId, { kafkaVersion: '3.7.1' })
    expect([answer.status, textAt(answer, 'code')]).toEqual([422, 'UPGRADE_NOT_ALLOWED'])
    expect(textAt(answer, 'detail')).toContain('metadata.version 21')
    expect((await patch(h, clusterId, { kafkaVersion: '4.2.0' })).status).toBe(422)
  })

  it('of a cluster of another tenant does not exist', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.call('PATCH', `/v1/clusters/${clusterId}`, {
      body: { kafkaVersion: '3.9.2' },
      headers: { 'If-Match': '*' },
      as: 'other',
    })
    expect(answer.status).toBe(404)
  })
})
