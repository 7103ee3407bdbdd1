import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { AttachRequest, CertificateRequest } from '../../shared/host-protocol/messages.ts'
import { HostReport } from '../../shared/host-protocol/report.ts'
import type { HostAuthority } from './host-authority.ts'

/** How the control plane of a test behaves towards every call. */
export type Mood = 'well' | 'stale' | 'unauthorised' | 'failing'

/** A small control plane over HTTP that speaks the host protocol for one host. */
export interface HostApiServer {
  readonly url: string
  readonly token: string
  readonly reports: readonly HostReport[]
  readonly calls: readonly string[]
  generation(): number
  /** Writes the next revision of the desired state, or the very document. */
  desire(document: DesiredHost): void
  behave(mood: Mood): void
  nextReportSeconds: number
  /** Resolves with the next report, or one already received after `since`, that satisfies the predicate. */
  reported(
    predicate: (report: HostReport) => boolean,
    options?: { seconds?: number; since?: number },
  ): Promise<HostReport>
  /** Resolves when a call of this name has come in for the nth time. */
  called(call: string, times?: number): Promise<void>
  /** Takes the control plane off the network: its port refuses connections. */
  stop(): Promise<void>
  /** Brings it back on the same port. */
  start(): Promise<void>
}

/** Starts a control plane for one host on a free port of a loopback address. */
export async function startHostApi(
  authority: HostAuthority,
  options: { address?: string; certificateDays?: number } = {},
): Promise<HostApiServer> {
  const token = 'test-host-token'
  const reports: HostReport[] = []
  const calls: string[] = []
  const listeners = new Set<() => void>()
  let generation = 0
  let document: DesiredHost | undefined
  let mood: Mood = 'well'
  let port = 0
  const changed = (): void => {
    for (const listener of [...listeners]) listener()
  }
  const until = (isSo: () => boolean, milliseconds: number): Promise<boolean> =>
    new Promise((resolve) => {
      const end = (answer: boolean): void => {
        listeners.delete(look)
        clearTimeout(timer)
        resolve(answer)
      }
      const look = (): void => {
        if (isSo()) end(true)
      }
      const timer = setTimeout(() => end(false), milliseconds)
      listeners.add(look)
      look()
    })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://host')
    const call = `${request.method} ${url.pathname.replace('/host/v1/', '')}`
    const body = await readBody(request)
    calls.push(call)
    changed()
    const send = (status: number, content?: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(content === undefined ? undefined : JSON.stringify(content))
    }
    if (request.headers.authorization !== `Bearer ${token}` || mood === 'unauthorised')
      return send(401, { code: 'UNAUTHENTICATED' })
    if (mood === 'failing') return send(503, { code: 'STORE_CONTENTION' })
    const claimed = call === 'GET desired' ? Number(url.searchParams.get('generation')) : body?.generation
    const isStale = (): boolean => mood === 'stale' || (call !== 'POST attach' && claimed !== generation)
    if (isStale()) return send(409, { code: 'STALE_GENERATION', detail: 'succeeded' })
    if (call === 'POST attach') {
      AttachRequest.parse(body)
      generation += 1
      return send(200, { generation })
    }
    if (call === 'GET desired') {
      const after = Number(url.searchParams.get('after'))
      const isNews = (): boolean => (document !== undefined && document.revision !== after) || isStale()
      await until(isNews, Number(url.searchParams.get('wait')) * 1000)
      if (isStale()) return send(409, { code: 'STALE_GENERATION', detail: 'succeeded' })
      return document !== undefined && document.revision !== after ? send(200, { ...document, generation }) : send(304)
    }
    if (call === 'POST report') {
      reports.push(HostReport.parse(body))
      changed()
      return send(200, { nextReportSeconds: api.nextReportSeconds })
    }
    if (call === 'POST certificates' && document !== undefined) {
      const { csrPem } = CertificateRequest.parse(body)
      const { clusterId: organisation, address } = document
      return send(201, await authority.sign(csrPem, { organisation, address, days: options.certificateDays ?? 1 }))
    }
    return send(404, { code: 'ROUTE_NOT_FOUND' })
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  const api: HostApiServer = {
    get url() {
      return `http://${options.address ?? '127.33.0.1'}:${port}`
    },
    token,
    reports,
    calls,
    nextReportSeconds: 2,
    generation: () => generation,
    desire(next) {
      document = next
      changed()
    },
    behave(next) {
      mood = next
      changed()
    },
    async reported(predicate, { seconds = 60, since = 0 } = {}) {
      const find = (): HostReport | undefined => reports.slice(since).find(predicate)
      await until(() => find() !== undefined, seconds * 1000)
      const found = find()
      if (found !== undefined) return found
      const last = JSON.stringify(reports.at(-1), undefined, 1)
      throw new Error(
        `no such report in ${seconds} s; calls: ${calls.slice(-5).join(', ')}; the last report is ${last}`,
      )
    },
    async called(call, times = 1) {
      const isSo = (): boolean => calls.filter((made) => made === call).length >= times
      if (!(await until(isSo, 45_000))) throw new Error(`${call} was not called ${times} times: ${calls.join(', ')}`)
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    async start() {
      server.listen(port, options.address ?? '127.33.0.1')
      await once(server, 'listening')
      port = (server.address() as AddressInfo).port
    },
  }
  await api.start()
  return api
}

async function readBody(request: IncomingMessage): Promise<{ generation?: unknown } | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString())
}
