import type { APIGatewayProxyResult } from 'aws-lambda'
import type { RouteName } from '../../shared/contract/routes.ts'
import type { Json } from '../../shared/ports/store.ts'
import { type ApiEvent, exchangeOf, type Input, matchOf, type Principal } from '../middleware/exchange.ts'
import { ENDPOINTS, type EndpointPorts } from './endpoints.ts'
import { fingerprintOf, type Idempotency, type KeptAnswer, once } from './idempotency.ts'
import { decodePlace, encodePlace, type PageRequest } from './page.ts'

/** A call whose route is known only at run time: what validation made of it is what the route's endpoint takes. */
interface AnyRequest extends Input {
  readonly requestId: string
  readonly principal: Principal | undefined
  readonly idempotency: Idempotency | undefined
  readonly page: PageRequest | undefined
  readonly ifMatch: string | undefined
}

interface AnyAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: object | undefined
}

interface AnyEndpoint {
  handle(request: AnyRequest, ports: EndpointPorts): Promise<AnyAnswer>
}

/** The one place where the types of a route give way to its name: `validateRequest` has checked what they promise. */
function endpointOf(name: RouteName): AnyEndpoint {
  return ENDPOINTS[name] as unknown as AnyEndpoint
}

/** Runs the endpoint of an event that has passed all middleware, once per Idempotency-Key where the route has one. */
export async function callEndpoint(ports: EndpointPorts, event: ApiEvent): Promise<APIGatewayProxyResult> {
  const { requestId, principal, input, rawBody } = exchangeOf(event)
  const { name, route } = matchOf(event)
  if (!input) throw new TypeError('the middleware validateRequest has not run')
  const call = (idempotency: Idempotency | undefined) =>
    endpointOf(name).handle(
      {
        ...input,
        requestId,
        principal,
        idempotency,
        page: route.paged ? pageOf(name, principal, input) : undefined,
        ifMatch: route.ifMatch ? event.headers['if-match'] : undefined,
      },
      ports,
    )
  const key = event.headers['idempotency-key']
  if (!route.idempotent || key === undefined || !principal) return toResult(await call(undefined))
  const fingerprint = fingerprintOf([route.method, event.path, toJson(event.queryStringParameters), toJson(rawBody)])
  const request = { tenantId: principal.tenantId, routeName: name, key, fingerprint }
  const outcome = await once<AnyAnswer>(ports, request, call)
  return 'replayed' in outcome ? toResult(outcome.replayed, { 'Idempotent-Replayed': 'true' }) : toResult(outcome)
}

/** The token of a page is bound to tenant, route, path and filters. */
function pageOf(name: RouteName, principal: Principal | undefined, { params, query }: Input): PageRequest {
  const { pageSize, pageToken, ...filters } = query
  const scope = JSON.stringify([name, principal?.tenantId, params, filters])
  return {
    size: Number(pageSize),
    after: typeof pageToken === 'string' ? decodePlace(scope, pageToken) : undefined,
    tokenAt: (place) => encodePlace(scope, place),
  }
}

function toResult(answer: AnyAnswer | KeptAnswer, more: Readonly<Record<string, string>> = {}): APIGatewayProxyResult {
  const { status, headers, body } = answer
  return {
    statusCode: status,
    headers: {
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      'Cache-Control': 'no-store',
      ...headers,
      ...more,
    },
    body: body === undefined ? '' : JSON.stringify(body),
  }
}

/** What came out of JSON.parse or of the gateway's flat records, as the JSON that it is. */
function toJson(value: unknown): Json {
  return value === undefined ? null : (value as Json)
}
