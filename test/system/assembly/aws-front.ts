import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { z } from 'zod'
import type { Permissions, Request } from './permissions.ts'

/** A call of a service as it came over the wire. */
export interface ServiceCall {
  /** Such as `dynamodb`. */
  readonly service: string
  /** Such as `PutItem`. */
  readonly operation: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

/** What a service answers with. */
export interface ServiceAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

/** A service behind the front. */
export type Service = (call: ServiceCall) => Promise<ServiceAnswer>

/** What was asked for, by whom, and whether it was let through. */
export interface Seen {
  readonly caller: string
  readonly request: Request
  readonly allowed: boolean
}

/** The one door to all services: it knows callers by their access key, and refuses what their role may not do. */
export interface AwsFront {
  readonly endpoint: string
  readonly seen: readonly Seen[]
  close(): Promise<void>
}

interface FrontParts {
  readonly address: string
  readonly region: string
  readonly account: string
  readonly services: Readonly<Record<string, Service>>
  readonly permissions: Permissions
  /** The role of a caller; none for an access key that nobody has. */
  readonly roleOf: (accessKeyId: string) => string | undefined
}

/** The services by the prefix of the target that their JSON protocols name, and by the version of the query protocol. */
const TARGETS: Readonly<Record<string, string>> = {
  DynamoDB_20120810: 'dynamodb',
  AWSStepFunctions: 'states',
  AWSEvents: 'events',
  TrentService: 'kms',
}

/** Opens the door. */
export async function openAwsFront(parts: FrontParts): Promise<AwsFront> {
  const seen: Seen[] = []
  const judge = (call: ServiceCall, accessKeyId: string): Request | undefined => {
    const role = parts.roleOf(accessKeyId)
    return requestsOf(call, parts).find((request) => {
      const allowed = role !== undefined && parts.permissions(role, request)
      seen.push({ caller: accessKeyId, request, allowed })
      return !allowed
    })
  }
  const http = createServer(async (request, response) => {
    try {
      const call = await read(request)
      const accessKeyId = /Credential=([^/]+)\//.exec(call.headers.authorization ?? '')?.[1] ?? ''
      const refused = judge(call, accessKeyId)
      const service = parts.services[call.service]
      if (!service) throw new Error(`nobody answers for ${call.service}`)
      const { status, contentType, body } = refused ? refusal(call, accessKeyId, refused) : await service(call)
      response.writeHead(status, { 'content-type': contentType }).end(body)
    } catch (thrown) {
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

async function read(request: IncomingMessage): Promise<ServiceCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const body = Buffer.concat(chunks).toString()
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const [target = '', operation] = (headers['x-amz-target'] ?? '').split('.')
  if (operation !== undefined) return { service: TARGETS[target] ?? target, operation, body, headers }
  const form = new URLSearchParams(body)
  return { service: 'ec2', operation: form.get('Action') ?? '', body, headers }
}

const DynamoItem = z.looseObject({ TableName: z.string().optional() })
const Transaction = z.object({ TransactItems: z.array(z.record(z.string(), DynamoItem)) })
const States = z.looseObject({ stateMachineArn: z.string().optional(), executionArn: z.string().optional() })
const Entries = z.object({ Entries: z.array(z.looseObject({ EventBusName: z.string() })) })
const Kms = z.looseObject({ KeyId: z.string(), SigningAlgorithm: z.string().optional() })

/** The actions that a transaction is authorised by. */
const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Update: 'UpdateItem',
  Get: 'GetItem',
}

/** What a call is authorised by: one or more actions, each on a resource. */
function requestsOf(
  { service, operation, body }: ServiceCall,
  { region, account }: Pick<FrontParts, 'region' | 'account'>,
): readonly Request[] {
  const action = `${service}:${operation}`
  if (service === 'ec2') return [{ action }]
  const json: unknown = JSON.parse(body)
  if (service === 'dynamodb') {
    const arn = (table = '') => `arn:aws:dynamodb:${region}:${account}:table/${table}`
    if (!operation.startsWith('Transact')) return [{ action, resource: arn(DynamoItem.parse(json).TableName) }]
    return Transaction.parse(json).TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName }]) => ({
        action: `dynamodb:${TRANSACTION_ACTIONS[kind]}`,
        resource: arn(TableName),
      })),
    )
  }
  if (service === 'states') {
    const { stateMachineArn, executionArn } = States.parse(json)
    const resource = stateMachineArn ?? executionArn
    return [{ action, ...(resource !== undefined && { resource }) }]
  }
  if (service === 'events') {
    return Entries.parse(json).Entries.map(({ EventBusName }) => ({
      action,
      resource: EventBusName.startsWith('arn:')
        ? EventBusName
        : `arn:aws:events:${region}:${account}:event-bus/${EventBusName}`,
    }))
  }
  const { KeyId, SigningAlgorithm = '' } = Kms.parse(json)
  return [{ action, resource: KeyId, context: { 'kms:SigningAlgorithm': SigningAlgorithm } }]
}

function refusal({ service }: ServiceCall, caller: string, { action, resource = '*' }: Request): ServiceAnswer {
  const message = `${caller} is not authorized to perform: ${action} on resource: ${resource}`
  if (service === 'ec2') {
    const error = `<Error><Code>UnauthorizedOperation</Code><Message>${message}</Message></Error>`
    return {
      status: 403,
      contentType: 'text/xml',
      body: `<Response><Errors>${error}</Errors><RequestID>refused</RequestID></Response>`,
    }
  }
  const body = JSON.stringify({ __type: 'AccessDeniedException', message, Message: message })
  return { status: 400, contentType: 'application/x-amz-json-1.0', body }
}

/** A service that is elsewhere: an emulator that is asked the same and whose answer is handed back. */
export function forwardedTo(endpoint: string): Service {
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
