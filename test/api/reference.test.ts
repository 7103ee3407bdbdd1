import { describe, expect, it } from 'vitest'
import { ERRORS } from '../../shared/errors/catalogue.ts'
import { itemsOf, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

describe('GET /v1/catalog', () => {
  it('shows what can be ordered and warns of versions near their end', async () => {
    const h = harness()
    const { body } = await h.get('/v1/catalog')
    expect(body).toMatchObject({
      kafkaVersions: expect.arrayContaining([
        expect.objectContaining({
          version: '3.7.1',
          recommended: true,
          nearEndOfSupport: false,
          support: 'Supported',
          featureLevels: { 'metadata.version': 19 },
        }),
      ]),
      instanceTypes: [{ name: 'r2a.2xlarge', vCpu: 8, memoryGiB: 64 }],
      availabilityZones: ['az-1', 'az-2', 'az-3'],
      topologies: [{ name: 'combined' }, { name: 'dedicated' }],
      publicAccess: true,
    })
    await h.clock.advance(Date.UTC(2027, 5, 1) - h.clock.now())
    expect((await h.get('/v1/catalog')).body).toMatchObject({
      kafkaVersions: expect.arrayContaining([
        expect.objectContaining({ version: '3.7.1', nearEndOfSupport: true, support: 'EndsSoon' }),
      ]),
    })
  })
})

it('GET /v1/catalog says where there is no public access', async () => {
  expect((await harness({}, { publicAccess: false }).get('/v1/catalog')).body).toMatchObject({ publicAccess: false })
})

describe('GET /v1/quotas', () => {
  it('shows the limits of a tenant that has nothing yet', async () => {
    expect((await harness().get('/v1/quotas')).body).toMatchObject({ clusters: { limit: 10, used: 0, available: 10 } })
  })
})

describe('GET /v1/errors', () => {
  it('lists every code, each with the page that problem documents lead to, without a token', async () => {
    const h = harness()
    const rows = itemsOf(await h.get('/v1/errors', { as: null }))
    expect(rows.map(({ code }) => code)).toEqual(Object.keys(ERRORS))
    const problem = await h.get('/v1/clusters', { as: null })
    const explained = await h.get(textAt(problem, 'type'), { as: null })
    expect(explained.body).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 })
  })

  it('does not know a code that is none', async () => {
    const answer = await harness().get('/v1/errors/NO_SUCH_CODE')
    expect([answer.status, textAt(answer, 'code')]).toEqual([404, 'ERROR_CODE_NOT_FOUND'])
  })
})

describe('GET /v1/openapi.json', () => {
  it('describes the API without a token', async () => {
    const { body } = await harness().get('/v1/openapi.json', { as: null })
    expect(body).toMatchObject({
      openapi: '3.1.0',
      paths: { '/v1/clusters': { post: { operationId: 'createCluster' } } },
    })
  })
})
