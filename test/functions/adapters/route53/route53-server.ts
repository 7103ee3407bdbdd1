import { once } from 'node:events'
import { createServer } from 'node:http'
import { Route53Client } from '@aws-sdk/client-route-53'
import type { Death } from '../ec2/ec2-server.ts'
import { Refusal } from '../ec2/query.ts'
import { readChanges, setXml } from './route53-xml.ts'
import { InvalidBatch, openZone, type Zone } from './zone.ts'

/** A call as it came over the wire. */
export interface Route53Call {
  readonly action: 'change' | 'list' | 'getChange'
  readonly body: string
}

/** An endpoint that is strict where the real Route 53 is. */
export interface Route53Server {
  readonly endpoint: string
  readonly zones: ReadonlyMap<string, Zone>
  readonly calls: readonly Route53Call[]
  /** Decides whether a call dies; by default none does. */
  dies: (call: Route53Call) => Death | undefined
  /** Refuses a call with a code before it has an effect; by default none. */
  refuses: (call: Route53Call) => string | undefined
  client(): Route53Client
  close(): Promise<void>
}

interface Route53ServerParts {
  readonly now: () => number
  /** The domains of the zones by their ids. */
  readonly zones: Readonly<Record<string, string>>
  /** From a change until every server answers with it. */
  readonly inSyncAfter?: number
}

const ADDRESS = '127.68.0.1'

/** Pages are as short as the service may make them. */
const PAGE_SIZE = 2

/** Starts an endpoint that speaks the REST of Route 53 and keeps its rules. */
export async function startRoute53Server(parts: Route53ServerParts): Promise<Route53Server> {
  const { now, inSyncAfter = 30_000 } = parts
  const zones = new Map(Object.entries(parts.zones).map(([id, domain]) => [id, openZone(domain)]))
  const changes = new Map<string, number>()
  const calls: Route53Call[] = []

  const zoneOf = (id: string): Zone => {
    const zone = zones.get(id)
    if (!zone) throw new Refusal('NoSuchHostedZone', 404)
    return zone
  }
  const changeXml = (id: string, at: number) => {
    const status = now() >= at + inSyncAfter ? 'INSYNC' : 'PENDING'
    const submitted = new Date(at).toISOString()
    return `<ChangeInfo><Id>/change/${id}</Id><Status>${status}</Status><SubmittedAt>${submitted}</SubmittedAt></ChangeInfo>`
  }
  const change = (zoneId: string, body: string): string => {
    zoneOf(zoneId).change(readChanges(body))
    const id = `C${String(changes.size + 1).padStart(13, '0')}`
    changes.set(id, now())
    return `<ChangeResourceRecordSetsResponse>${changeXml(id, now())}</ChangeResourceRecordSetsResponse>`
  }
  const getChange = (id: string): string => {
    const at = changes.get(id)
    if (at === undefined) throw new Refusal('NoSuchChange', 404)
    return `<GetChangeResponse>${changeXml(id, at)}</GetChangeResponse>`
  }
  const list = (zoneId: string, query: URLSearchParams): string => {
    const asked = query.get('name') ?? ''
    const name = asked === '' || asked.endsWith('.') ? asked : `${asked}.`
    const left = zoneOf(zoneId).from(name, query.get('type') ?? '')
    const next = left[PAGE_SIZE]
    const more = next
      ? `<NextRecordName>${next.name}</NextRecordName><NextRecordType>${next.type}</NextRecordType>`
      : ''
    const page = left.slice(0, PAGE_SIZE).map(setXml).join('')
    return `<ListResourceRecordSetsResponse><ResourceRecordSets>${page}</ResourceRecordSets><IsTruncated>${next !== undefined}</IsTruncated>${more}<MaxItems>${PAGE_SIZE}</MaxItems></ListResourceRecordSetsResponse>`
  }

  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString()
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://route53')
    const [, , kind, id = ''] = pathname.replace(/\/$/, '').split('/')
    const isChange = request.method === 'POST'
    const call: Route53Call = { action: isChange ? 'change' : kind === 'change' ? 'getChange' : 'list', body }
    calls.push(call)
    const death = server.dies(call)
    if (death === 'before') return void response.destroy()
    try {
      const refusal = server.refuses(call)
      if (refusal !== undefined) throw new Refusal(refusal)
      const answer = isChange ? change(id, body) : kind === 'change' ? getChange(id) : list(id, searchParams)
      if (death === 'after') return void response.destroy()
      response.setHeader('content-type', 'text/xml').end(`<?xml version="1.0"?>${answer}`)
    } catch (thrown) {
      response.statusCode = thrown instanceof Refusal ? thrown.status : 400
      response.setHeader('content-type', 'text/xml')
      if (thrown instanceof InvalidBatch) {
        response.end(
          `<InvalidChangeBatch><Messages><Message>${thrown.message}</Message></Messages></InvalidChangeBatch>`,
        )
      } else if (thrown instanceof Refusal) {
        response.end(
          `<ErrorResponse><Error><Type>Sender</Type><Code>${thrown.code}</Code><Message>${thrown.message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
        )
      } else throw thrown
    }
  })
  http.listen(0, ADDRESS)
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const endpoint = `http://${ADDRESS}:${address.port}`

  const server: Route53Server = {
    endpoint,
    zones,
    calls,
    dies: () => undefined,
    refuses: () => undefined,
    client: () =>
      new Route53Client({
        endpoint,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts: 1,
      }),
    async close() {
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
  return server
}
