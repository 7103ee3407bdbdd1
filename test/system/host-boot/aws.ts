import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type ProxyHandler, serve } from '../../../local/http-server.ts'
import type { SessionKeys } from '../../emulator/instance-metadata.ts'
import type { SignatureCheck } from '../../emulator/signature-check.ts'

/** The services of a region that a host calls, behind one door that knows the host by its signature. */
export interface Region {
  /** Every call that was let in, such as `GET bucket.s3.… /key`. */
  readonly calls: readonly string[]
  /** Why others were not. */
  readonly refusals: readonly string[]
  /** What a machine must trust. */
  readonly certificateFile: string
  /** An object whose bytes are not the ones that were put there. */
  damaged: string | undefined
  stop(): Promise<void>
}

interface RegionParts {
  readonly folder: string
  readonly name: string
  /** Where the API of the hosts is served, and by what; it is told of the caller as API Gateway tells it. */
  readonly apiId: string
  readonly hostApi: ProxyHandler
  readonly caller: string
  readonly keys: SessionKeys
  /** An implementation of S3 that takes every call. */
  readonly s3Endpoint: string
  readonly check: SignatureCheck
}

const STAGE = '/live'

/** Opens the door: at the socket `aws.sock` of the folder, with a certificate for the names of the region. */
export async function openRegion(parts: RegionParts): Promise<Region> {
  const { folder, name, apiId, hostApi, caller, keys, s3Endpoint, check } = parts
  const calls: string[] = []
  const refusals: string[] = []
  const [keyFile, certificateFile] = [join(folder, 'aws.key'), join(folder, 'aws.pem')]
  const names = `subjectAltName=DNS:*.s3.${name}.amazonaws.com,DNS:*.execute-api.${name}.amazonaws.com`
  await promisify(execFile)('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'],
    ...['-keyout', keyFile, '-out', certificateFile, '-subj', '/CN=aws', '-addext', names],
  ])
  const api = await serve(
    (event) => {
      const { requestContext } = event
      const identity = { ...requestContext.identity, userArn: caller }
      return hostApi({
        ...event,
        path: event.path.slice(STAGE.length),
        requestContext: { ...requestContext, identity },
      })
    },
    '127.61.0.5',
    0,
  )

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request
    const { host = '' } = headers
    const body = await read(request)
    const single = Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value?.toString()]))
    const refusal = await check.refusal(
      { method, url: `https://${host}${url}`, headers: single, body: body.toString() },
      keys,
    )
    const isS3 = host.endsWith(`.s3.${name}.amazonaws.com`)
    const isKnown = isS3 ? method === 'GET' : host.startsWith(`${apiId}.execute-api.`) && url.startsWith(`${STAGE}/`)
    if (refusal !== undefined || !isKnown) {
      refusals.push(`${method} ${host}${url}: ${refusal ?? 'nothing is there for a host'}`)
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}')
      return
    }
    calls.push(`${method} ${host}${url}`)
    const to = isS3 ? new URL(s3Endpoint) : new URL(`http://127.61.0.5:${api.port}`)
    const isDamaged = region.damaged !== undefined && url === `/${region.damaged}`
    const passed = httpRequest({ host: to.hostname, port: to.port, method, path: url, headers }, (given) => {
      // S3 would vouch for whatever is there.
      const { 'x-amz-checksum-sha256': _checksum, ...rest } = given.headers
      response.writeHead(given.statusCode ?? 502, isDamaged ? rest : given.headers)
      if (isDamaged) given.on('data', (chunk: Buffer) => chunk.fill(0))
      given.pipe(response)
    })
    passed.on('error', () => response.destroy())
    passed.end(body)
  }

  const [key, cert] = await Promise.all([readFile(keyFile), readFile(certificateFile)])
  const server = createServer({ key, cert }, (request, response) => {
    answer(request, response).catch(() => response.destroy())
  }).listen(join(folder, 'aws.sock'))
  await once(server, 'listening')
  const region: Region = {
    calls,
    refusals,
    certificateFile,
    damaged: undefined,
    async stop() {
      server.closeAllConnections()
      server.close()
      await api.close()
    },
  }
  return region
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}
