import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the server does with one request: answer, or hang up. */
export type Reply =
  | 'hang up'
  | { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }

/** A request as it came. */
export interface Received {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** An HTTP server that gives the replies one after the other, for what a good API does only in bad moments. */
export async function scriptedServer(replies: readonly Reply[]) {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const reply = replies[received.length] ?? 'hang up'
      received.push({ method, url, headers, body })
      if (reply === 'hang up') {
        request.socket.destroy()
        return
      }
      response.writeHead(reply.status, { 'Content-Type': 'application/json', ...reply.headers })
      response.end(reply.body === undefined ? '' : JSON.stringify(reply.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A problem document of a code. */
export function problemReply(status: number, code: string, headers: Readonly<Record<string, string>> = {}): Reply {
  const body = { type: 't', title: code, status, detail: 'd', instance: '/', code, requestId: 'req_1', retryable: true }
  return { status, body, headers }
}
