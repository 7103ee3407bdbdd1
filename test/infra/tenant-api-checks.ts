import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { routeGroup } from '../../shared/contract/route-groups.ts'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { TIERS } from '../../shared/contract/tiers.ts'
import { isErrorCode } from '../../shared/errors/catalogue.ts'
import { HOST_CALLS } from '../../shared/host-protocol/calls.ts'
import { deployedFunctions } from './functions.ts'
import { textOf } from './intrinsics.ts'
import { idOf } from './policies.ts'
import type { Named, Synthesized } from './synthesized.ts'
import { checkUsagePlans } from './usage-plan-checks.ts'

const Stage = z.looseObject({
  MethodSettings: z.array(z.looseObject({})),
  AccessLogSetting: z.looseObject({ DestinationArn: z.unknown(), Format: z.string() }),
  TracingEnabled: z.boolean(),
})

/** The methods of a REST API, each as the gateway serves it. */
function methodsOf(synthesized: Synthesized, apiId: string) {
  const pathOf = (resource: unknown): string => {
    const id = idOf(resource)
    const found = synthesized.all('AWS::ApiGateway::Resource').find((candidate) => candidate.id === id)
    return found ? `${pathOf(found.Properties.ParentId)}/${textOf(found.Properties.PathPart)}` : ''
  }
  return synthesized
    .all('AWS::ApiGateway::Method')
    .filter(({ Properties }) => idOf(Properties.RestApiId) === apiId)
    .map(({ Properties }) => ({ path: pathOf(Properties.ResourceId), ...Properties }))
}

const apiNamed = (synthesized: Synthesized, name: string): Named => {
  const found = synthesized.all('AWS::ApiGateway::RestApi').find(({ Properties }) => Properties.Name === name)
  if (!found) throw new Error(`there is no API ${name}`)
  return found
}

/** What must be true of both deployed APIs. */
export function checkApis(get: () => Synthesized): void {
  describe('the deployed tenant API', () => {
    const methods = () => methodsOf(get(), apiNamed(get(), `weir-${get().config.stage}-tenant`).id)
    const isAny = (method: object) => Reflect.get(method, 'HttpMethod') === 'ANY'
    const routed = () => methods().filter((method) => !isAny(method))

    it('has exactly the routes of the table', () => {
      const served = routed().map((method) => `${Reflect.get(method, 'HttpMethod')} ${method.path}`)
      const wanted = ROUTE_NAMES.map((name) => `${ROUTES[name].method.toUpperCase()} ${ROUTES[name].path}`)
      expect(served.toSorted()).toEqual(wanted.toSorted())
    })

    it.each(ROUTE_NAMES)('asks for a token on %s, unless the route is public', (name) => {
      const method = methods().find((candidate) => Reflect.get(candidate, 'OperationName') === name)
      const isPublic = ROUTES[name].scope === 'public'
      expect(method).toMatchObject({ AuthorizationType: isPublic ? 'NONE' : 'CUSTOM' })
      expect(method && 'AuthorizerId' in method).toBe(!isPublic)
      expect(method && 'RequestValidatorId' in method).toBe(true)
    })

    it.each(ROUTE_NAMES)('answers %s by the function of its privilege group', (name) => {
      const method = methods().find((candidate) => Reflect.get(candidate, 'OperationName') === name)
      const { Uri } = z.looseObject({ Uri: z.unknown() }).parse(method && Reflect.get(method, 'Integration'))
      const functionId = /<(\w+)\.Arn>/.exec(textOf(Uri))?.[1]
      const target = deployedFunctions(get()).find(({ id }) => id === functionId)
      expect(target?.name).toBe(routeGroup(name))
      expect(target?.kind).toBe('api')
    })

    it('answers every other method of its paths by the function without rights, which says 405 and what is allowed', () => {
      const any = methods().filter(isAny)
      expect(any.map(({ path }) => path).toSorted()).toEqual(
        [...new Set(ROUTE_NAMES.map((name) => ROUTES[name].path))].toSorted(),
      )
      for (const method of any) {
        expect(method).toMatchObject({ AuthorizationType: 'NONE' })
        const { Uri } = z.looseObject({ Uri: z.unknown() }).parse(Reflect.get(method, 'Integration'))
        const functionId = /<(\w+)\.Arn>/.exec(textOf(Uri))?.[1]
        expect(deployedFunctions(get()).find(({ id }) => id === functionId)?.name).toBe('referenceApi')
      }
    })

    it('counts every call of a tenant by the key that the authoriser names', () => {
      expect(apiNamed(get(), `weir-${get().config.stage}-tenant`).Properties.ApiKeySourceType).toBe('AUTHORIZER')
      for (const method of routed()) {
        const isPublic = Reflect.get(method, 'AuthorizationType') === 'NONE'
        expect(Reflect.get(method, 'ApiKeyRequired') ?? false, method.path).toBe(!isPublic)
      }
    })

    it('says when to come back where it refuses a call itself', () => {
      const refusals = get()
        .all('AWS::ApiGateway::GatewayResponse')
        .filter(({ Properties }) => Properties.StatusCode === '429')
      expect(refusals.map(({ Properties }) => Properties.ResponseType).toSorted()).toEqual([
        'QUOTA_EXCEEDED',
        'THROTTLED',
      ])
      for (const { Properties } of refusals) {
        const { ResponseParameters: headers, ResponseTemplates: bodies } = z
          .looseObject({
            ResponseParameters: z.record(z.string(), z.string()),
            ResponseTemplates: z.object({ 'application/json': z.string() }),
          })
          .parse(Properties)
        const seconds = JSON.parse(bodies['application/json']).retryAfterSeconds
        expect(seconds).toBeGreaterThan(0)
        expect(headers['gatewayresponse.header.Retry-After']).toBe(`'${seconds}'`)
        expect(headers['gatewayresponse.header.Content-Type']).toBe("'application/problem+json'")
      }
    })

    it('lets API Gateway invoke every function that it answers by', () => {
      const allowed = get()
        .all('AWS::Lambda::Permission')
        .map(({ Properties }) => idOf(Properties.FunctionName))
      const needed = deployedFunctions(get()).filter(({ kind }) => ['api', 'authorizer', 'hostApi'].includes(kind))
      expect(needed.map(({ id }) => id).filter((id) => !allowed.includes(id))).toEqual([])
    })

    it('speaks for itself in problem documents with codes of the catalogue', () => {
      const Response = z.looseObject({
        StatusCode: z.string(),
        ResponseTemplates: z.object({ 'application/json': z.string() }),
      })
      const problems = get()
        .all('AWS::ApiGateway::GatewayResponse')
        .map(({ Properties }) => Response.parse(Properties))
      expect(problems.length).toBeGreaterThan(5)
      for (const { StatusCode, ResponseTemplates } of problems) {
        const problem: unknown = JSON.parse(ResponseTemplates['application/json'])
        const { code, status } = z.looseObject({ code: z.string(), status: z.number() }).parse(problem)
        expect(isErrorCode(code)).toBe(true)
        expect(String(status)).toBe(StatusCode)
      }
    })
  })

  describe('the deployed API of the hosts', () => {
    it('has exactly the calls of the protocol, all signed with IAM', () => {
      const methods = methodsOf(get(), apiNamed(get(), `weir-${get().config.stage}-hosts`).id)
      const served = methods.map((method) => `${Reflect.get(method, 'HttpMethod')} ${method.path}`)
      expect(served.toSorted()).toEqual(
        Object.values(HOST_CALLS)
          .map(({ method, path }) => `${method} ${path}`)
          .toSorted(),
      )
      for (const method of methods) expect(method).toMatchObject({ AuthorizationType: 'AWS_IAM' })
    })
  })

  it('every stage writes an access log, traces, and keeps bodies out of its logs', () => {
    const stages = get().all('AWS::ApiGateway::Stage')
    expect(stages).toHaveLength(2)
    for (const { Properties } of stages) {
      const { MethodSettings, AccessLogSetting, TracingEnabled } = Stage.parse(Properties)
      expect(TracingEnabled).toBe(true)
      expect(AccessLogSetting.Format).toContain('$context.requestId')
      expect(AccessLogSetting.Format).not.toMatch(/authorization|body/i)
      expect(MethodSettings).toMatchObject([{ DataTraceEnabled: false, HttpMethod: '*' }])
    }
  })

  it('tenants together are throttled, whoever they are', () => {
    const id = apiNamed(get(), `weir-${get().config.stage}-tenant`).id
    const stage = get()
      .all('AWS::ApiGateway::Stage')
      .find(({ Properties }) => idOf(Properties.RestApiId) === id)
    const Throttled = z.looseObject({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() })
    const [{ ThrottlingRateLimit, ThrottlingBurstLimit }] = z
      .looseObject({ MethodSettings: z.tuple([Throttled]) })
      .parse(stage?.Properties).MethodSettings
    for (const tier of Object.values(TIERS)) {
      expect(ThrottlingRateLimit).toBeGreaterThan(tier.requestsPerSecond)
      expect(ThrottlingBurstLimit).toBeGreaterThan(tier.burst)
    }
  })

  describe('usage plans', () => checkUsagePlans(get))
}
