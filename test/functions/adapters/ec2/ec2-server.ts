import { once } from 'node:events'
import { createServer } from 'node:http'
import { EC2Client } from '@aws-sdk/client-ec2'
import { openCloud, PACE, type Pace } from './cloud.ts'
import { type Machines, openMachines } from './cloud-instances.ts'
import { type Network, openNetwork } from './cloud-network.ts'
import { openSecurityGroups, type SecurityGroups } from './cloud-security-groups.ts'
import { openVolumes, type Volumes } from './cloud-volumes.ts'
import { Query, Refusal, type Xml, xml } from './query.ts'

/** When a call dies: before it has an effect, or after it, so that only the answer is lost. */
export type Death = 'before' | 'after'

/** An endpoint that is strict where the real EC2 is. */
export interface Ec2Server
  extends Network,
    Omit<Machines, 'actions' | 'holder'>,
    Omit<Volumes, 'actions' | 'release'>,
    Pick<SecurityGroups, 'securityGroups'> {
  readonly endpoint: string
  readonly calls: readonly Query[]
  /** Decides whether a call dies; by default none does. */
  dies: (call: Query) => Death | undefined
  /** Refuses a call with a code before it has an effect; by default none. */
  refuses: (call: Query) => string | undefined
  /** So many of the next calls are too many. */
  throttled: number
  client(options?: { readonly maxAttempts?: number; readonly retryMode?: string }): EC2Client
  close(): Promise<void>
}

/** What the cloud has from the beginning. */
export interface Ec2ServerParts {
  readonly now: () => number
  readonly pace?: Partial<Pace>
  /** Where the subnets and groups are. */
  readonly vpcId?: string
  readonly securityGroupIds: readonly string[]
  readonly templateIds: readonly string[]
  /** The address of the interface of this number, counted from 1; by default one that leads nowhere. */
  readonly addressOf?: (number: number) => string
}

const ADDRESS = '127.67.0.1'
const VPC = 'vpc-00000000000000001'

/** Starts an endpoint that speaks the EC2 query protocol and keeps the rules of EC2 that emulators skip. */
export async function startEc2Server(parts: Ec2ServerParts): Promise<Ec2Server> {
  const cloud = openCloud(parts.now, { ...PACE, ...parts.pace })
  const network = openNetwork(cloud, (id) => groups.named(id), parts.addressOf)
  const groups = openSecurityGroups(cloud, { vpcId: parts.vpcId ?? VPC, groupIds: parts.securityGroupIds }, (groupId) =>
    [...network.interfaces.values()].some(({ groupIds }) => groupIds.includes(groupId)),
  )
  const machines = openMachines(cloud, network, parts.templateIds, (id) => volumes.release(id))
  const volumes = openVolumes(cloud, machines.holder)
  const actions: Readonly<Record<string, (query: Query) => Xml>> = {
    ...network.actions,
    ...machines.actions,
    ...volumes.actions,
    ...groups.actions,
  }
  const calls: Query[] = []

  const answer = (query: Query): Xml => {
    if (server.throttled > 0) {
      server.throttled--
      throw new Refusal('RequestLimitExceeded', 503)
    }
    const refusal = server.refuses(query)
    if (refusal !== undefined) throw new Refusal(refusal)
    const action = actions[query.action]
    if (!action) throw new Refusal('UnauthorizedOperation', 403)
    machines.settle()
    return action(query)
  }

  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const query = new Query(Buffer.concat(chunks).toString())
    calls.push(query)
    const death = server.dies(query)
    if (death === 'before') return void response.destroy()
    try {
      const text = `<${query.action}Response>${xml(answer(query))}</${query.action}Response>`
      if (death === 'after') return void response.destroy()
      response.setHeader('content-type', 'text/xml').end(text)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      const error = { Code: thrown.code, Message: thrown.message }
      response.writeHead(thrown.status, { 'content-type': 'text/xml' })
      response.end(xml({ Response: { Errors: { Error: error }, RequestID: `request-${calls.length}` } }))
    }
  })
  http.listen(0, ADDRESS)
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const endpoint = `http://${ADDRESS}:${address.port}`

  const server: Ec2Server = {
    ...network,
    ...machines,
    volumes: volumes.volumes,
    securityGroups: groups.securityGroups,
    endpoint,
    calls,
    dies: () => undefined,
    refuses: () => undefined,
    throttled: 0,
    client: ({ maxAttempts = 1, retryMode = 'standard' } = {}) =>
      new EC2Client({
        endpoint,
        region: 'eu-central-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
        maxAttempts,
        retryMode,
      }),
    async close() {
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
  return server
}
