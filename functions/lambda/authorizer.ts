import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayTokenAuthorizerEvent,
} from 'aws-lambda'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWK, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { isScope } from '../../shared/contract/scope.ts'
import { type TierName, tierOf, usageKey } from '../../shared/contract/tiers.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { TENANT_ID } from '../../shared/records/ids.ts'

/** Whose tokens are taken. Give the issuer's keys themselves, or where it publishes them. */
export interface AuthorizerSettings extends Needed<'clock'> {
  readonly issuer: string
  readonly audience: string
  /** Where API Gateway counts the calls of tenants by keys; it has others in each stage. */
  readonly stage?: string
  readonly keys: { readonly jwks: { readonly keys: readonly JWK[] } } | { readonly jwksUrl: string }
}

/** What the API finds in `event.requestContext.authorizer`; API Gateway passes flat strings only. */
export interface AuthorizerContext {
  readonly tenantId: string
  readonly subject: string
  /** Space-separated. */
  readonly scope: string
  readonly tier: TierName
}

/** Asymmetric algorithms only: with `none` or a shared secret anyone who can read the keys could write tokens. */
const ALGORITHMS = ['ES256', 'ES384', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA']

/** How far the issuer's clock may be off. */
const CLOCK_TOLERANCE_SECONDS = 30

type AuthorizerEvent = APIGatewayTokenAuthorizerEvent | APIGatewayRequestAuthorizerEvent
export type AuthorizerHandler = (
  event: AuthorizerEvent,
) => Promise<APIGatewayAuthorizerResult & { readonly context: AuthorizerContext & Record<string, string> }>

/** The words that API Gateway takes for "answer 401". */
export class Unauthorized extends Error {
  override readonly name = 'Unauthorized'

  constructor(cause: unknown) {
    super('Unauthorized', { cause })
  }
}

/**
 * The Lambda authoriser of the tenant API, for TOKEN and REQUEST authorisers. It verifies signature, issuer, audience
 * and expiry, and takes the tenant from the claim `tenant` and its tier from the claim `tier`. A token that does not pass is `Unauthorized`; keys that
 * cannot be fetched are not the caller's fault and fail as they are.
 */
export function authorizerHandler({ issuer, audience, stage, keys, clock }: AuthorizerSettings): AuthorizerHandler {
  const getKey: JWTVerifyGetKey =
    'jwks' in keys ? createLocalJWKSet({ keys: [...keys.jwks.keys] }) : createRemoteJWKSet(new URL(keys.jwksUrl))
  return async (event) => {
    const context = await verify(tokenIn(event), getKey, { issuer, audience, now: clock.now() })
    return {
      principalId: `${context.tenantId}/${context.subject}`,
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: wholeStage(event.methodArn) }],
      },
      ...(stage !== undefined && { usageIdentifierKey: usageKey(stage, context.tier, context.tenantId) }),
      context: { ...context },
    }
  }
}

function tokenIn(event: AuthorizerEvent): string {
  const header =
    event.type === 'TOKEN'
      ? event.authorizationToken
      : Object.entries(event.headers ?? {}).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
  const token = header?.match(/^Bearer +([A-Za-z0-9_.-]+)$/i)?.[1]
  if (token === undefined) throw new Unauthorized('no bearer token')
  return token
}

async function verify(
  token: string,
  getKey: JWTVerifyGetKey,
  { issuer, audience, now }: { issuer: string; audience: string; now: number },
): Promise<AuthorizerContext> {
  try {
    const { payload } = await jwtVerify(token, getKey, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: new Date(now),
      requiredClaims: ['exp', 'sub', 'tenant'],
    })
    const { tenant, sub, scope, tier } = payload
    if (typeof tenant !== 'string' || !TENANT_ID.test(tenant)) throw new Unauthorized('the claim tenant is malformed')
    if (typeof sub !== 'string' || sub === '') throw new Unauthorized('the claim sub is malformed')
    if (scope !== undefined && typeof scope !== 'string') throw new Unauthorized('the claim scope is malformed')
    const scopes = (scope ?? '').split(' ').filter(isScope)
    return { tenantId: tenant, subject: sub, scope: scopes.join(' '), tier: tierOf(tier) }
  } catch (thrown) {
    if (isCallersFault(thrown)) throw new Unauthorized(thrown)
    throw thrown
  }
}

function isCallersFault(thrown: unknown): boolean {
  return (
    thrown instanceof errors.JOSEError &&
    !(thrown instanceof errors.JWKSTimeout) &&
    !(thrown instanceof errors.JWKSInvalid) &&
    // The general error: the keys could not be fetched.
    thrown.code !== 'ERR_JOSE_GENERIC'
  )
}

/** All methods and paths of the stage: API Gateway caches the policy per token, whatever was called first. */
function wholeStage(methodArn: string): string {
  const [api = '', stage = ''] = methodArn.split('/')
  return `${api}/${stage}/*`
}
