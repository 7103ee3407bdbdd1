import { expect } from 'vitest'
import { Problem } from '../../shared/contract/problem.ts'
import { errorsOf, type Route, type Answer as RouteAnswer } from '../../shared/contract/route.ts'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { errorRow } from '../../shared/errors/catalogue.ts'

/** An answer as a client sees it. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

function routeOf(method: string, path: string): Route | undefined {
  const name = ROUTE_NAMES.find((candidate) => {
    const route = ROUTES[candidate]
    const pattern = new RegExp(`^${route.path.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`)
    return route.method === method && pattern.test(path)
  })
  return name && ROUTES[name]
}

/** Every answer is one that the contract documents: its status, its headers, and no field too few or too many. */
export function expectConformance(method: string, path: string, answer: Answer): void {
  const route = routeOf(method, path)
  expect(answer.headers).toHaveProperty('X-Request-Id')
  if (answer.status >= 400) {
    expectProblem(route, answer)
    return
  }
  if (!route) throw new Error(`${method} ${path} succeeded and is no route`)
  if (answer.status === 304) {
    expect(route.etag).toBe(true)
    expect(answer.headers).toHaveProperty('ETag')
    return
  }
  const documented = Object.entries(route.answers).find(([status]) => Number(status) === answer.status)?.[1]
  expect(documented, `${route.name} documents ${answer.status}`).toBeDefined()
  if (documented) expectSuccess(route, documented, answer)
}

function expectSuccess(route: Route, documented: RouteAnswer, answer: Answer): void {
  for (const header of documented.headers ?? []) expect(answer.headers).toHaveProperty(header)
  if (route.etag) expect(answer.headers).toHaveProperty('ETag')
  if (route.scope !== 'public') expect(answer.headers).toHaveProperty('RateLimit-Remaining')
  if (!documented.body) {
    expect(answer.body).toBeUndefined()
    return
  }
  expect(answer.headers['Content-Type']).toBe('application/json')
  expect(documented.body.parse(answer.body)).toEqual(answer.body)
}

function expectProblem(route: Route | undefined, answer: Answer): void {
  expect(answer.headers['Content-Type']).toBe('application/problem+json')
  const problem = Problem.parse(answer.body)
  expect(problem).toEqual(answer.body)
  expect(problem.status).toBe(answer.status)
  expect(errorRow(problem.code)).toMatchObject({ status: answer.status, title: problem.title })
  expect(problem.requestId).toBe(answer.headers['X-Request-Id'])
  if (route) expect(errorsOf(route), `${route.name} documents ${problem.code}`).toContain(problem.code)
}
