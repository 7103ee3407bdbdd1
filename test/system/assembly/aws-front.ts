import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { Request } from '../../emulator/iam/evaluate.ts'
import { type SignedCall, signatureFault, signatureOf } from '../../emulator/sigv4.ts'
import type { ServiceCall } from './authorization/service-call.ts'
import type { Caller, Identities } from './identities.ts'
import type { Permissions } from './permissions.ts'
import { refusal, type ServiceAnswer } from './refusal.ts'

/** A service behind the front. */
export interface Service {
  /** What a call of it is authorised by: one or more actions, each on a resource. */
  readonly requests: (call: ServiceCall) => readonly Request[]
  readonly answer: (call: ServiceCall, caller: Caller) => Promise<ServiceAnswer>
}

/** What was asked for, by whom, and what stood against it. */
export interface Seen {
  readonly caller: string
  readonly request: Request
  /** Why it was refused; nothing where it was let through. */
  readonly refusedBecause?: string
}

/** A call that was let through, for whoever counts. */
export type OnCall = (call: ServiceCall, caller: Caller, answer: ServiceAnswer) => void

/** The one door to all services: it knows callers by their signature, and refuses what they may not do. */
export interface AwsFront {
  readonly endpoint: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

interface FrontParts {
  readonly address: string
  readonly services: Readonly<Record<string, Service>>
  readonly permissions: Permissions
  readonly identities: Identities
  readonly onCall: OnCall
  /** Told of what cannot be judged or answered at all. */
  readonly onFault: (fault: unknown) => void
}

/** The services by the prefix of the target that their JSON protocols name. */
const TARGETS: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  TrentService: 'kms',
}

/** Opens the door. */
export async function openAwsFront(parts: FrontParts): Promise<AwsFront> {
  const { services, permissions, identities, onCall, onFault } = parts
  const seen: Seen[] = []
  const judge = (caller: Caller, service: string, requests: readonly Request[]): Seen | undefined => {
    for (const request of requests) {
      const isCall = request.action.startsWith(`${service}:`)
      const verdict = permissions(caller, { ...request, ...(isCall && { through: service }) })
      const one = { caller: caller.name, request, ...(!verdict.allowed && { refusedBecause: verdict.because }) }
      seen.push(one)
      if (!verdict.allowed) return one
    }
    return undefined
  }
  async function answer(signed: SignedCall): Promise<ServiceAnswer> {
    const call = serviceCall(signed)
    const identity = identities.find(signatureOf(signed)?.accessKeyId ?? '')
    const fault = identity ? signatureFault(signed, identity.secretAccessKey, Date.now()) : 'nobody has this key'
    if (!identity || fault !== undefined) throw new Error(`a call of ${call.service} is not taken: ${fault}`)
    const service = services[call.service]
    if (!service) throw new Error(`nobody answers for ${call.service}`)
    const refused = judge(identity.caller, call.service, service.requests(call))
    if (refused) return refusal(call, refused)
    const given = await service.answer(call, identity.caller)
    onCall(call, identity.caller, given)
    return given
  }
  const http = createServer(async (request, response) => {
    try {
      const { status, contentType, body } = await answer(await read(request))
      response.writeHead(status, { 'content-type': contentType }).end(body)
    } catch (thrown) {
      onFault(thrown)
      response.writeHead(500).end(String(thrown))
    }
  })
  http.listen(0, parts.address)
  await once(http, 'listening')
  const bound = http.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return {
    endpoint: `http://${parts.address}:${bound.port}`,
    seen,
    async close() {
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
}

async function read(request: IncomingMessage): Promise<SignedCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const { method = '', url = '', rawHeaders } = request
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
  )
  return { method, target: url, headers, body: Buffer.concat(chunks).toString() }
}

/** The JSON protocols name service and operation in a header; the query protocol the operation in the body. */
function serviceCall({ headers: given, body, ...signed }: SignedCall): ServiceCall {
  const headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]))
  const [target = '', operation] = (headers['x-amz-target'] ?? '').split('.')
  if (operation !== undefined) return { service: TARGETS[target] ?? target, operation, body, headers }
  const service = signatureOf({ headers: given })?.service ?? ''
  return { service, operation: new URLSearchParams(body).get('Action') ?? signed.method, body, headers }
}

/** What answers for a service that is elsewhere: an emulator that is asked the same and whose answer is handed back. */
export function forwardedTo(endpoint: string): Service['answer'] {
  return async ({ body, headers }) => {
    const passed = Object.entries(headers).filter(([name]) => /^(x-amz-|content-type$|authorization$)/.test(name))
    const response = await fetch(endpoint, { method: 'POST', headers: Object.fromEntries(passed), body })
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? 'application/x-amz-json-1.0',
      body: await response.text(),
    }
  }
}
