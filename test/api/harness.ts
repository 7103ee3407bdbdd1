import { setImmediate } from 'node:timers/promises'
import type { APIGatewayProxyEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { enlistClusters } from '../../functions/jobs/enlist-clusters.ts'
import { publishEvents } from '../../functions/jobs/publish-events.ts'
import { type ApiOptions, apiHandler } from '../../functions/lambda/api.ts'
import { authorizerHandler } from '../../functions/lambda/authorizer.ts'
import { openSqliteStore, type SqliteStore } from '../../local/sqlite-store.ts'
import { createVirtualClock, type VirtualClock } from '../../local/virtual-clock.ts'
import { SCOPE_NAMES, type Scope } from '../../shared/contract/scope.ts'
import type { Offering } from '../../shared/ports/offering.ts'
import type { Json } from '../../shared/ports/store.ts'
import { tenantStore } from '../../shared/ports/tenant-store.ts'
import { type Answer, expectConformance } from './conformance.ts'
import { deterministicIds } from './deterministic-ids.ts'
import { type MemoryKafka, memoryKafka } from './memory-kafka.ts'
import { lambdaContext, proxyEvent } from './proxy-event.ts'

const ISSUER = 'https://issuer.test'
const AUDIENCE = 'weir'
const KEYS = await generateKeyPair('ES256')
const JWKS = { keys: [{ ...(await exportJWK(KEYS.publicKey)), kid: 'test', alg: 'ES256' }] }

/** A PEM that is recognised as what it is: a stand-in. */
export const CA_PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'

/** What a call may carry besides method and path. */
export interface CallOptions {
  /** `null` sends no token; a tenant's name sends one with all scopes. */
  readonly as?: string | null
  readonly scopes?: readonly Scope[]
  /** More claims of the token. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON, a string as it is. */
  readonly body?: object | string
}

/** The API behind its real front door: authoriser, middleware, endpoints, on a real store in memory. */
export interface Harness {
  readonly clock: VirtualClock
  readonly store: SqliteStore
  readonly kafka: MemoryKafka
  readonly ports: ReturnType<typeof portsOf>
  readonly logged: {
    readonly level: string
    readonly message: string
    readonly fields: unknown
    readonly cause: unknown
  }[]
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  get(path: string, options?: CallOptions): Promise<Answer>
  /** With a new Idempotency-Key unless the headers have one. */
  post(path: string, body?: object | string, options?: CallOptions): Promise<Answer>
  /** With `If-Match: *` unless the headers say otherwise. */
  delete(path: string, options?: CallOptions): Promise<Answer>
  /** How many changes were ever committed: the same before and after means that nothing was written. */
  commits(): Promise<number>
  /** Does what the job behind the change feed does: projects committed events into the tenants' feeds. */
  projectEvents(): Promise<void>
  /** Does another part of it: puts clusters that were ordered onto the list of all that exist. */
  enlistClusters(): Promise<void>
}

function portsOf(clock: VirtualClock, offering: Offering) {
  return {
    clock,
    ids: deterministicIds(clock),
    store: openSqliteStore(':memory:', { clock }),
    kafka: memoryKafka(),
    certificates: {
      ensureAuthority: async () => Promise.reject(new TypeError('the API makes no authority')),
      signNode: async () => Promise.reject(new TypeError('the API signs nothing')),
      controlPlane: async () => Promise.reject(new TypeError('the API connects to nothing itself')),
      forget: async () => {},
    },
    events: { publish: async () => {} },
    offering,
  }
}

/** Makes a fresh control plane API; each test has its own. */
export function harness(options: ApiOptions = {}, offering: Offering = { publicAccess: true }): Harness {
  const clock = createVirtualClock(Date.UTC(2026, 10, 21, 10))
  const ports = portsOf(clock, offering)
  const logged: Harness['logged'] = []
  const log =
    (level: string) => (message: string, fields?: Readonly<Record<string, Json | undefined>>, cause?: unknown) => {
      logged.push({ level, message, fields, cause })
    }
  const api = apiHandler(
    ports,
    (tenantId) => ({ ...ports, store: tenantStore(ports.store, tenantId) }),
    { info: log('info'), warn: log('warn'), error: log('error') },
    options,
  )
  const authorizer = authorizerHandler({ issuer: ISSUER, audience: AUDIENCE, keys: { jwks: JWKS }, clock })
  let keys = 0

  async function call(method: string, path: string, given: CallOptions = {}): Promise<Answer> {
    const { as = 'acme', scopes = SCOPE_NAMES, claims } = given
    const token = as === null ? undefined : await tokenFor(clock, as, scopes, claims)
    const event = await authorised(authorizer, proxyEvent(method, path, given, token))
    const result = await whileTimePasses(clock, api(event, lambdaContext()))
    const headers = Object.fromEntries(Object.entries(result.headers ?? {}).map(([key, value]) => [key, String(value)]))
    const answer: Answer = {
      status: result.statusCode,
      headers,
      body: result.body === '' ? undefined : JSON.parse(result.body),
    }
    expectConformance(method.toLowerCase(), path.split('?')[0] ?? path, answer)
    return answer
  }

  return {
    clock,
    store: ports.store,
    kafka: ports.kafka,
    ports,
    logged,
    call,
    get: (path, more) => call('GET', path, more),
    post: (path, body, more = {}) =>
      call('POST', path, {
        ...more,
        ...(body !== undefined && { body }),
        headers: { 'Idempotency-Key': `key-${++keys}`, ...more.headers },
      }),
    delete: (path, more = {}) => call('DELETE', path, { ...more, headers: { 'If-Match': '*', ...more.headers } }),
    commits: async () => (await ports.store.changes(undefined, 100_000)).changes.length,
    projectEvents: async () => {
      const { changes } = await ports.store.changes(undefined, 100_000)
      await publishEvents(ports, changes)
    },
    enlistClusters: async () => {
      const { changes } = await ports.store.changes(undefined, 100_000)
      await enlistClusters(ports, changes)
    },
  }
}

/** A token as the issuer would sign it. */
export async function tokenFor(
  clock: VirtualClock,
  tenant: string,
  scopes: readonly Scope[],
  claims: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const seconds = Math.floor(clock.now() / 1000)
  return new SignJWT({ tenant, scope: scopes.join(' '), ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'test' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject('ana@example.test')
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + 3600)
    .sign(KEYS.privateKey)
}

async function authorised(
  authorizer: ReturnType<typeof authorizerHandler>,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyEvent> {
  const request: APIGatewayTokenAuthorizerEvent = {
    type: 'TOKEN',
    authorizationToken: event.headers.Authorization ?? '',
    methodArn: 'arn:aws:execute-api:eu-central-1:123456789012:api/v1/GET/v1/clusters',
  }
  try {
    const { context } = await authorizer(request)
    return { ...event, requestContext: { ...event.requestContext, authorizer: context } }
  } catch {
    return event
  }
}

/** Lets virtual time run, a little at a time, while a call sleeps. */
export async function whileTimePasses<T>(clock: VirtualClock, call: Promise<T>): Promise<T> {
  let settled = false
  const mark = () => {
    settled = true
  }
  call.then(mark, mark)
  while (!settled) {
    await setImmediate()
    if (!settled && clock.sleeping() > 0) await clock.advance(100)
  }
  return call
}
