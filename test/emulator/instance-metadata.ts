import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'

/** The keys of a role's session, as EC2 hands them to the machine. */
export interface SessionKeys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly expiration: Date
}

/** What a machine is told; it may be changed while the server runs. */
export interface InstanceFacts {
  readonly instanceId: string
  /** The tags in the metadata; empty where the launch template does not enable them. */
  tags: ReadonlyMap<string, string>
  /** The role of the machine and the keys of its session; without one the machine has none. */
  role?: { readonly name: string; readonly keys: SessionKeys }
}

/** A running metadata service. */
export interface InstanceMetadataServer {
  /** For `metadataEndpoint` in the agent's configuration; empty where it listens on a socket in the file system. */
  readonly endpoint: string
  readonly facts: InstanceFacts
  /** What it was asked, with its answer, such as `GET meta-data/instance-id 200`. */
  readonly calls: readonly string[]
  /** Ends every token, as their time does. */
  endTokens(): void
  stop(): Promise<void>
}

const LONGEST_TOKEN_SECONDS = 21_600

/**
 * Plays the instance metadata service of one machine, version 2 alone (`HttpTokens: required`): a token by PUT with its time to
 * live, none for what comes through a proxy, and 401 for everything without one.
 */
export async function startInstanceMetadata(
  facts: InstanceFacts,
  at: { readonly address: string; readonly port?: number } | { readonly socketFile: string },
): Promise<InstanceMetadataServer> {
  const tokens = new Map<string, number>()
  const calls: string[] = []

  const answerTo = (request: IncomingMessage): { readonly status: number; readonly text?: string } => {
    const path = request.url ?? ''
    if (path === '/latest/api/token') {
      if (request.method !== 'PUT') return { status: 405 }
      if (request.headers['x-forwarded-for'] !== undefined) return { status: 403 }
      const seconds = Number(request.headers['x-aws-ec2-metadata-token-ttl-seconds'])
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_TOKEN_SECONDS) return { status: 400 }
      const token = randomUUID()
      tokens.set(token, Date.now() + seconds * 1000)
      return { status: 200, text: token }
    }
    const endsAt = tokens.get(String(request.headers['x-aws-ec2-metadata-token']))
    if (endsAt === undefined || endsAt <= Date.now()) return { status: 401 }
    if (request.method !== 'GET') return { status: 405 }
    const text = textAt(facts, path)
    return text === undefined ? { status: 404 } : { status: 200, text }
  }

  const server = createServer((request, response) => {
    const { status, text = '' } = answerTo(request)
    calls.push(`${request.method} ${request.url?.replace('/latest/', '')} ${status}`)
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
  })
  if ('socketFile' in at) server.listen(at.socketFile)
  else server.listen(at.port ?? 0, at.address)
  await once(server, 'listening')
  const bound = server.address()
  return {
    endpoint: bound !== null && typeof bound === 'object' ? `http://${bound.address}:${bound.port}` : '',
    facts,
    calls,
    endTokens: () => tokens.clear(),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function textAt({ instanceId, tags, role }: InstanceFacts, path: string): string | undefined {
  const [, below] = /^\/latest\/meta-data\/(.*)$/u.exec(path) ?? []
  if (below === 'instance-id') return instanceId
  const tag = below?.startsWith('tags/instance/') ? below.slice('tags/instance/'.length) : undefined
  if (tag === '') return tags.size === 0 ? undefined : [...tags.keys()].join('\n')
  if (tag !== undefined) return tags.get(tag)
  if (role === undefined) return undefined
  if (below === 'iam/security-credentials/') return role.name
  if (below === `iam/security-credentials/${role.name}`) return JSON.stringify(credentialsOf(role.keys))
  return undefined
}

const credentialsOf = ({ accessKeyId, secretAccessKey, sessionToken, expiration }: SessionKeys) => ({
  Code: 'Success',
  Type: 'AWS-HMAC',
  LastUpdated: new Date().toISOString(),
  AccessKeyId: accessKeyId,
  SecretAccessKey: secretAccessKey,
  Token: sessionToken,
  Expiration: expiration.toISOString(),
})
