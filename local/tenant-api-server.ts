import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { EndpointPorts } from '../functions/api/endpoints.ts'
import { type ApiOptions, apiHandler } from '../functions/lambda/api.ts'
import { type AuthorizerHandler, authorizerHandler, Unauthorized } from '../functions/lambda/authorizer.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { tenantStore } from '../shared/ports/tenant-store.ts'
import { type HttpServer, type ProxyHandler, serve } from './http-server.ts'
import { type Issuer, LOCAL_ISSUER, TENANT_AUDIENCE } from './issuer.ts'
import { lambdaContext } from './lambda-context.ts'

/** The tenant API as the handler and the authoriser that are deployed answer it, with the local issuer's tokens. */
export function tenantApiHandler(
  ports: EndpointPorts & Needed<'clock' | 'log'>,
  issuer: Pick<Issuer, 'jwks'>,
  options: ApiOptions = {},
): ProxyHandler {
  const handler = apiHandler(
    ports,
    (tenantId) => ({ ...ports, store: tenantStore(ports.store, tenantId) }),
    ports.log,
    options,
  )
  const authorise = authorizerHandler({
    issuer: LOCAL_ISSUER,
    audience: TENANT_AUDIENCE,
    keys: { jwks: issuer.jwks },
    clock: ports.clock,
  })
  return async (event) => {
    const authorizer = await verdict(authorise, event)
    return handler({ ...event, requestContext: { ...event.requestContext, authorizer } }, lambdaContext('api'))
  }
}

/** Serves the tenant API on this machine. */
export function serveTenantApi(
  ports: EndpointPorts & Needed<'clock' | 'log'>,
  issuer: Issuer,
  port: number,
  options: ApiOptions = {},
): Promise<HttpServer> {
  return serve(tenantApiHandler(ports, issuer, options), '127.0.0.1', port)
}

/**
 * What the authoriser found, or nothing. The real gateway answers 401 by itself; here the API's own 401 is given, which
 * is the same problem document on every route.
 */
async function verdict(
  authorise: AuthorizerHandler,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyEvent['requestContext']['authorizer']> {
  const authorizationToken = event.headers.authorization
  if (authorizationToken === undefined) return null
  try {
    const methodArn = `arn:aws:execute-api:local:000000000000:local/local/${event.httpMethod}${event.path}`
    return (await authorise({ type: 'TOKEN', methodArn, authorizationToken })).context
  } catch (thrown) {
    if (thrown instanceof Unauthorized) return null
    throw thrown
  }
}
