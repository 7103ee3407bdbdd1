import middy from '@middy/core'
import httpHeaderNormalizer from '@middy/http-header-normalizer'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type { Log } from '../../shared/ports/log.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { callEndpoint } from '../api/call-endpoint.ts'
import type { EndpointPorts } from '../api/endpoints.ts'
import { acceptJson } from '../middleware/accept-json.ts'
import { authorise } from '../middleware/authorise.ts'
import { conditionalGet } from '../middleware/entity-tag.ts'
import { type ApiEvent, exchangeOf } from '../middleware/exchange.ts'
import { jsonBody } from '../middleware/json-body.ts'
import { matchRoute } from '../middleware/match-route.ts'
import { problemJson } from '../middleware/problem-json.ts'
import { type RateLimit, rateLimit } from '../middleware/rate-limit.ts'
import { requestContext } from '../middleware/request-context.ts'
import { securityHeaders } from '../middleware/security-headers.ts'
import { validateRequest } from '../middleware/validate-request.ts'

/** What a composition may set. */
export interface ApiOptions {
  /** For every tenant, in place of that of its tier. */
  readonly rateLimit?: RateLimit
}

/**
 * The ports that a call is answered with: they reach what the caller's tenant has and nothing else. Nobody's, where the
 * route is public.
 */
export type PortsOf = (tenantId: string | undefined) => EndpointPorts | Promise<EndpointPorts>

/** The tenant API as a Lambda function behind an API Gateway REST proxy. */
export type ApiHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>

/**
 * Puts the tenant API together: the same stack on Lambda and on one machine. What the authoriser found is expected in
 * `event.requestContext.authorizer`; without it every route but the public ones answers 401. The order matters: what
 * runs after the endpoint, or on an error, runs from the last to the first.
 */
export function apiHandler(
  ports: Needed<'clock' | 'ids'>,
  portsOf: PortsOf,
  log: Log,
  options: ApiOptions = {},
): ApiHandler {
  const handler = middy<ApiEvent, APIGatewayProxyResult>()
    .use(requestContext(ports, log))
    .use(securityHeaders())
    .use(httpHeaderNormalizer())
    .use(matchRoute())
    .use(authorise())
    .use(rateLimit(ports, options.rateLimit))
    .use(acceptJson())
    .use(jsonBody())
    .use(validateRequest())
    .use(conditionalGet())
    .use(problemJson(log))
    .handler(async (event: ApiEvent) => callEndpoint(await portsOf(exchangeOf(event).principal?.tenantId), event))
  return (event, context) => handler(event, context)
}
