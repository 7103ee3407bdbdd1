import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { z } from 'zod'
import { DomainError, toDomainError } from '../../shared/errors/domain-error.ts'
import { HOST_CALL_NAMES, HOST_CALLS, type HostCallName } from '../../shared/host-protocol/calls.ts'
import { AttachRequest, CertificateRequest } from '../../shared/host-protocol/messages.ts'
import { HostReport } from '../../shared/host-protocol/report.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { attach } from './attach.ts'
import { issueCertificate } from './certificates.ts'
import { desired } from './desired.ts'
import type { HostIdentity } from './identity.ts'
import { report } from './report.ts'

/** The ports of the hosts' API. */
export const HOST_API_NEEDS = ['store', 'clock', 'ids', 'log', 'workflows', 'certificates'] as const
type HostPorts = Needed<(typeof HOST_API_NEEDS)[number]>

/** Finds out which host calls, from its credentials alone; nothing where they are not those of a host. */
export type Identify = (event: APIGatewayProxyEvent) => Promise<HostIdentity | undefined>

interface HostEvent extends APIGatewayProxyEvent {
  host?: HostIdentity
}

/** Where waiting costs nothing, hosts may always wait for news: on one machine, but not in functions. */
export interface HostApiOptions {
  readonly waitsWhileIdle: boolean
}

const DesiredQuery = z.object({
  generation: z.coerce.number().int(),
  after: z.coerce.number().int().min(0),
  wait: z.coerce.number().min(0).default(0),
})

type Answer = { readonly status: number; readonly body?: object }
type Call = (ports: HostPorts, host: HostIdentity, event: HostEvent, options: HostApiOptions) => Promise<Answer>

/** The calls of the protocol; a host may only ask about itself, so no path names one. */
const CALLS: { readonly [N in HostCallName]: Call } = {
  attach: async (ports, host, event) => ({
    status: 200,
    body: await attach(ports, host, bodyOf(AttachRequest, event)),
  }),
  desired: async (ports, host, event, options) => {
    const { wait, ...query } = parse(DesiredQuery, event.queryStringParameters ?? {})
    const body = await desired(ports, host, { ...query, waitSeconds: wait }, options)
    return body ? { status: 200, body } : { status: 304 }
  },
  report: async (ports, host, event, options) => ({
    status: 200,
    body: await report(ports, host, bodyOf(HostReport, event), options),
  }),
  certificates: async (ports, host, event) => ({
    status: 201,
    body: await issueCertificate(ports, host, bodyOf(CertificateRequest, event)),
  }),
}

/** The API of the hosts, for API Gateway events. Callers that are not a host learn nothing: they get 404. */
export function hostApiHandler(ports: HostPorts, identify: Identify, options: HostApiOptions) {
  return middy<HostEvent, APIGatewayProxyResult>()
    .use({
      before: async ({ event }) => {
        const host = await identify(event)
        if (!host) throw new DomainError('ROUTE_NOT_FOUND', 'There is nothing here.')
        event.host = host
      },
      onError: (request) => {
        const error = toDomainError(request.error)
        const { host } = request.event
        if (error.status >= 500)
          ports.log.error('host call failed', { path: request.event.path, ...host }, error.context.cause ?? error)
        request.response = answer({
          status: error.status,
          body: { code: error.code, detail: error.message, status: error.status },
        })
      },
    })
    .handler(async (event) => {
      const call = callOf(event)
      if (!call || !event.host) throw new DomainError('ROUTE_NOT_FOUND', 'There is nothing here.')
      return answer(await call(ports, event.host, event, options))
    })
}

function callOf({ httpMethod, path }: HostEvent): Call | undefined {
  const found = HOST_CALL_NAMES.find((name) => HOST_CALLS[name].method === httpMethod && HOST_CALLS[name].path === path)
  return found && CALLS[found]
}

function answer({ status, body }: Answer): APIGatewayProxyResult {
  return { statusCode: status, headers: { 'Content-Type': 'application/json' }, body: body ? JSON.stringify(body) : '' }
}

function bodyOf<S extends z.ZodType>(schema: S, event: HostEvent): z.output<S> {
  try {
    return parse(schema, JSON.parse(event.body ?? ''))
  } catch (thrown) {
    if (thrown instanceof SyntaxError) throw new DomainError('MALFORMED_JSON', 'The body is not valid JSON.')
    throw thrown
  }
}

function parse<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new DomainError('INVALID_FIELD', z.prettifyError(parsed.error))
  return parsed.data
}
