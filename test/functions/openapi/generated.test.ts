import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openApiDocument } from '../../../functions/openapi/document.ts'
import { generatedFiles } from '../../../functions/openapi/generated.ts'
import { ROUTE_NAMES, ROUTES } from '../../../shared/contract/routes.ts'

describe.each([...generatedFiles()])('%s', (path, content) => {
  it('is what the tables say; if not, run "npm run openapi"', () => {
    expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).toBe(content)
  })
})

describe('the OpenAPI document', () => {
  const document = JSON.parse(JSON.stringify(openApiDocument()))

  const at = (pointer: string) => pointer.split('/').reduce<unknown>((value, part) => Object(value)[part], document)

  it('is the same every time', () => {
    expect(JSON.parse(JSON.stringify(openApiDocument()))).toEqual(document)
  })

  it.each(ROUTE_NAMES)('describes %s with security, errors and examples', (name) => {
    const { path, method, scope, body } = ROUTES[name] as {
      path: string
      method: string
      scope: string
      body?: unknown
    }
    const operation = document.paths[path][method]
    expect(operation).toMatchObject({ operationId: name, summary: expect.any(String) })
    expect(operation.security).toEqual(scope === 'public' ? [] : [{ token: [scope] }])
    for (const [status, response] of Object.entries<{ content?: object; headers?: object }>(operation.responses)) {
      expect(response.headers).toHaveProperty('X-Request-Id')
      if (Number(status) >= 400) expect(Object.keys(response.content ?? {})).toEqual(['application/problem+json'])
    }
    expect(operation.responses).toHaveProperty('500')
    expect(operation.requestBody !== undefined).toBe(body !== undefined)
  })

  it('leads on from answers to calls that are there, with all that their paths take and from parts that the answer has', () => {
    const Response = z.looseObject({
      content: z.looseObject({ 'application/json': z.object({ schema: z.object({ $ref: z.string() }) }) }).optional(),
      links: z.record(z.string(), z.object({ operationId: z.string(), parameters: z.record(z.string(), z.string()) })),
    })
    const answers = Object.values<object>(document.paths)
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ responses }) => Object.values<object>(responses))
      .filter((response) => 'links' in response)
    expect(answers.length).toBeGreaterThan(5)
    for (const answer of answers) {
      const { content, links } = Response.parse(answer)
      const schema = content?.['application/json'].schema.$ref.replace('#/', '') ?? ''
      for (const { operationId, parameters } of Object.values(links)) {
        const route = ROUTE_NAMES.find((name) => name === operationId)
        expect(Object.keys(parameters).sort()).toEqual(Object.keys(route ? ROUTES[route].params.shape : {}).sort())
        for (const [, pointer = ''] of Object.values(parameters).map((text) => text.split('$response.body#/'))) {
          const [first = '', second] = pointer.split('/')
          if (first === '') continue
          const part = `${schema}/properties/${first}${second === undefined ? '' : `/properties/${second}`}`
          expect(at(part), part).toBeDefined()
        }
      }
    }
  })

  it('refers only to components that are there', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(
      ([, pointer]) => pointer ?? '',
    )
    expect(references.length).toBeGreaterThan(100)
    for (const pointer of new Set(references)) {
      expect(at(pointer), pointer).toBeDefined()
    }
  })

  it.each([
    ['a reserved topic', 'CreateTopic/properties/name', ['__offsets', '.', '..'], ['.a', '..a', 'a__b', '_a']],
    ['a reserved user', 'CreateUser/properties/name', ['__weir', '__weir-canary'], ['_weir', 'a__weir', '__w']],
    ['a label of no name', 'ClusterPatch/properties/labels/anyOf/0/propertyNames', ['', 'Team'], ['team', 'a/b']],
  ])('tells %s from others as validation does', (_what, pointer, refused, taken) => {
    const { pattern } = z.object({ pattern: z.string() }).parse(at(`components/schemas/${pointer}`))
    expect(refused.filter((name) => new RegExp(pattern, 'u').test(name))).toEqual([])
    expect(taken.filter((name) => !new RegExp(pattern, 'u').test(name))).toEqual([])
  })

  it.each([
    ['CreateCluster/properties/labels', { maxProperties: 50 }],
    ['CreateCluster/properties/brokers/properties/count', { minimum: 3, maximum: 60 }],
    ['CreateCluster/properties/availabilityZones', { uniqueItems: true, maxItems: 3 }],
    ['ClusterPatch/properties/topology', { enum: ['combined', 'dedicated'] }],
    ['ClusterPatch/properties/brokers', { type: 'object' }],
    ['ClusterPatch/properties/brokers/properties/volumeGiB', { type: 'integer' }],
  ])('says of %s all that a schema can say', (pointer, keywords) => {
    expect(at(`components/schemas/${pointer}`)).toMatchObject(keywords)
  })

  it('closes the bodies of requests and leaves answers open for new fields', () => {
    expect(document.components.schemas.CreateCluster.additionalProperties).toBe(false)
    expect(document.components.schemas.Cluster).not.toHaveProperty('additionalProperties')
  })
})
