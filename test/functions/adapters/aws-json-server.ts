import { once } from 'node:events'
import { createServer } from 'node:http'

/** A call as it came over the wire: the action's name and its JSON body. */
export interface WireCall {
  readonly action: string
  readonly contentType: string
  readonly body: Readonly<Record<string, unknown>>
}

/** What is answered: a body, or an error in the form of the AWS JSON protocol. */
export type WireAnswer = { readonly body: unknown } | { readonly status: number; readonly error: string }

/** An endpoint that speaks the AWS JSON protocol. */
export interface AwsJsonServer {
  readonly endpoint: string
  readonly calls: readonly WireCall[]
  close(): Promise<void>
}

/** Starts an endpoint on this machine; `answer` plays the service. */
export async function startAwsJsonServer(answer: (call: WireCall) => WireAnswer): Promise<AwsJsonServer> {
  const calls: WireCall[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const call = {
        action: String(request.headers['x-amz-target']),
        contentType: String(request.headers['content-type']),
        body: JSON.parse(Buffer.concat(chunks).toString()),
      }
      calls.push(call)
      const answered = answer(call)
      response.setHeader('content-type', call.contentType)
      response.setHeader('x-amzn-requestid', `request-${calls.length}`)
      if ('error' in answered) {
        response.writeHead(answered.status)
        response.end(JSON.stringify({ __type: answered.error, message: `${answered.error} happened` }))
      } else {
        response.end(JSON.stringify(answered.body))
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    calls,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** What a client of the SDK needs to talk to the endpoint, without retries of its own. */
export function clientSettings(server: AwsJsonServer) {
  return {
    endpoint: server.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  }
}
