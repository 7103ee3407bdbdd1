import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'

/** Answers one request that has been put into the form that API Gateway gives it. */
export type ProxyHandler = (event: APIGatewayProxyEvent) => Promise<APIGatewayProxyResult>

/** The most that API Gateway hands to a function, in bytes; what is longer is refused before it is read to the end. */
const MAX_BODY_BYTES = 10 * 1024 * 1024

/** A server that stands where API Gateway stands: it turns HTTP into REST proxy events (version 1) and back. */
export interface HttpServer {
  readonly port: number
  close(): Promise<void>
}

/** Serves on a loopback address; port 0 takes a free one. */
export async function serve(handler: ProxyHandler, address: string, port: number): Promise<HttpServer> {
  const server = createServer((request, response) => {
    answer(handler, request, response).catch((thrown) => {
      response.statusCode = 502
      response.end(JSON.stringify({ message: 'Internal server error' }))
      process.stderr.write(`${String(thrown)}\n`)
    })
  })
  await listen(server, address, port)
  const { port: boundPort } = server.address() as AddressInfo
  return {
    port: boundPort,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function answer(handler: ProxyHandler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request)
  if (body === undefined) {
    response
      .writeHead(413, { 'Content-Type': 'application/json', Connection: 'close' })
      .end('{"message":"Request Too Long"}')
    return
  }
  const result = await handler(toEvent(request, body))
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value))
  response.writeHead(result.statusCode)
  response.end(request.method === 'HEAD' || result.statusCode === 304 ? undefined : result.body)
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The request as a REST proxy event; what only the real gateway knows is empty. */
function toEvent(request: IncomingMessage, body: string): APIGatewayProxyEvent {
  const url = new URL(request.url ?? '/', 'http://localhost')
  const query: Record<string, string[]> = {}
  for (const [name, value] of url.searchParams) query[name] = [...(query[name] ?? []), value]
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, [value].flat()] as const],
  )
  const last = (pairs: readonly (readonly [string, readonly string[]])[]) =>
    Object.fromEntries(pairs.map(([name, values]) => [name, values.at(-1)]))
  return {
    httpMethod: request.method ?? 'GET',
    path: decodePath(url.pathname),
    resource: '/{proxy+}',
    headers: last(headers),
    multiValueHeaders: Object.fromEntries(headers),
    queryStringParameters: url.search === '' ? null : last(Object.entries(query)),
    multiValueQueryStringParameters: url.search === '' ? null : query,
    pathParameters: null,
    stageVariables: null,
    body: body === '' ? null : body,
    isBase64Encoded: false,
    requestContext: requestContext(request, url.pathname),
  }
}

function decodePath(path: string): string {
  try {
    return decodeURI(path)
  } catch {
    return path
  }
}

function requestContext(request: IncomingMessage, path: string): APIGatewayProxyEvent['requestContext'] {
  const identity = {
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: request.socket.remoteAddress ?? '',
    user: null,
    userAgent: request.headers['user-agent'] ?? null,
    userArn: null,
  }
  return {
    accountId: 'local',
    apiId: 'local',
    authorizer: null,
    httpMethod: request.method ?? 'GET',
    identity,
    path,
    protocol: 'HTTP/1.1',
    requestId: '',
    requestTimeEpoch: 0,
    resourceId: '',
    resourcePath: '/{proxy+}',
    stage: 'local',
  }
}
