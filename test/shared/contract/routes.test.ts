import { describe, expect, it } from 'vitest'
import { errorsOf, type Route } from '../../../shared/contract/route.ts'
import { ROUTE_NAMES, ROUTES } from '../../../shared/contract/routes.ts'
import { errorRow } from '../../../shared/errors/catalogue.ts'

const LIST: readonly Route[] = ROUTE_NAMES.map((name) => ROUTES[name])

describe.each(LIST.map((route) => [route.name, route] as const))('%s', (name, route) => {
  it('stands under its own name', () => {
    expect(ROUTE_NAMES.find((key) => ROUTES[key] === route)).toBe(name)
  })

  it('declares exactly the parameters of its path', () => {
    const inPath = [...route.path.matchAll(/\{([^}]+)\}/g)].map(([, parameter]) => parameter)
    expect(Object.keys(route.params.shape).sort()).toEqual(inPath.sort())
  })

  it('demands Idempotency-Key on POST, If-Match on PATCH and DELETE, and neither on GET', () => {
    expect([route.idempotent, route.ifMatch]).toEqual(
      {
        post: [true, undefined],
        patch: [undefined, true],
        delete: [undefined, true],
        get: [undefined, undefined],
      }[route.method],
    )
  })

  it('takes page parameters if and only if it is paged', () => {
    expect('pageToken' in route.query.shape).toBe(route.paged === true)
    expect('pageSize' in route.query.shape).toBe(route.paged === true || route.name === 'listEvents')
  })

  it('has a 404 of its own for every kind of resource in its path', () => {
    const codes = new Set(errorsOf(route))
    const kinds = {
      clusterId: 'CLUSTER',
      operationId: 'OPERATION',
      nodeId: 'BROKER',
      topicName: 'TOPIC',
      userName: 'USER',
    }
    for (const [parameter, kind] of Object.entries(kinds)) {
      if (route.path.includes(`{${parameter}}`)) expect([...codes]).toContain(`${kind}_NOT_FOUND`)
    }
  })

  it('names each of its errors once', () => {
    expect(new Set(errorsOf(route)).size).toBe(errorsOf(route).length)
    for (const code of errorsOf(route)) expect(errorRow(code).status).toBeGreaterThanOrEqual(400)
  })

  it('has examples that are valid bodies, and a body if and only if it has examples', () => {
    expect(route.examples !== undefined).toBe(route.body !== undefined)
    for (const example of Object.values(route.examples ?? {})) {
      expect(route.body?.safeParse(example)).toMatchObject({ success: true })
      expect(route.rules?.(example) ?? []).toEqual([])
    }
  })
})

describe('the table', () => {
  it('has no two routes of one method and path', () => {
    const keys = LIST.map(({ method, path }) => `${method} ${path.replaceAll(/\{[^}]+\}/g, '{}')}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
})
