import { once } from 'node:events'
import { createServer } from 'node:http'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Death } from '../ec2/ec2-server.ts'
import { Query, Refusal } from '../ec2/query.ts'
import { type Balancer, type Group, openBalancers, type Pace, type Part } from './balancers.ts'

/** An endpoint that is strict where the real Elastic Load Balancing is; it also knows one security group for EC2. */
export interface ElbServer {
  readonly balancers: ReadonlyMap<string, Balancer>
  readonly groups: ReadonlyMap<string, Group>
  readonly calls: readonly Query[]
  /** Decides whether a call dies; by default none does. */
  dies: (call: Query) => Death | undefined
  /** Refuses a call with a code before it has an effect; by default none. */
  refuses: (call: Query) => string | undefined
  /** Addresses that the load balancers do not reach. */
  readonly silent: Set<string>
  readonly client: ElasticLoadBalancingV2Client
  readonly ec2: EC2Client
  close(): Promise<void>
}

interface ElbServerParts {
  readonly now: () => number
  readonly pace: Pace
  readonly subnets: ReadonlyMap<string, string>
  /** Of the deployment, and of the cluster: the second is found by its tags. */
  readonly securityGroups: readonly [string, string]
  readonly vpcId: string
}

const ADDRESS = '127.68.0.2'

/** Starts an endpoint that speaks the query protocol of Elastic Load Balancing and keeps its rules. */
export async function startElbServer(parts: ElbServerParts): Promise<ElbServer> {
  const silent = new Set<string>()
  const { balancers, groups, settle, actions } = openBalancers({
    ...parts,
    isHealthy: (address) => !silent.has(address),
  })
  const calls: Query[] = []

  const http = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const query = new Query(Buffer.concat(chunks).toString())
    response.setHeader('content-type', 'text/xml')
    if (query.action === 'DescribeSecurityGroups') {
      const group = `<item><groupId>${parts.securityGroups[1]}</groupId></item>`
      return void response.end(
        `<DescribeSecurityGroupsResponse><securityGroupInfo>${group}</securityGroupInfo></DescribeSecurityGroupsResponse>`,
      )
    }
    calls.push(query)
    const death = server.dies(query)
    if (death === 'before') return void response.destroy()
    try {
      settle()
      const refusal = server.refuses(query)
      if (refusal !== undefined) throw new Refusal(refusal)
      const action = actions[query.action]
      if (!action) throw new Refusal('AccessDenied', 403)
      const result = xml(action(query))
      if (death === 'after') return void response.destroy()
      const { action: name } = query
      response.end(`<${name}Response><${name}Result>${result}</${name}Result></${name}Response>`)
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown
      response.statusCode = thrown.status
      const error = `<Type>Sender</Type><Code>${thrown.code}</Code><Message>${thrown.message}</Message>`
      response.end(`<ErrorResponse><Error>${error}</Error><RequestId>1</RequestId></ErrorResponse>`)
    }
  })
  http.listen(0, ADDRESS)
  await once(http, 'listening')
  const address = http.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const settings = {
    endpoint: `http://${ADDRESS}:${address.port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  }

  const server: ElbServer = {
    balancers,
    groups,
    calls,
    dies: () => undefined,
    refuses: () => undefined,
    silent,
    client: new ElasticLoadBalancingV2Client(settings),
    ec2: new EC2Client(settings),
    async close() {
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
  return server
}

/** Lists of this protocol have a `member` for each element. */
function xml(part: Part): string {
  if (part === undefined) return ''
  if (Array.isArray(part)) return part.map((member) => `<member>${xml(member)}</member>`).join('')
  if (typeof part !== 'object') return String(part)
  return Object.entries(part)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${xml(value)}</${name}>`))
    .join('')
}
