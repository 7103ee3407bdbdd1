import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { SCOPE_NAMES } from '../../shared/contract/scope.ts'
import { keys, partitions } from '../../shared/records/keys.ts'
import { acceptCreate } from '../../shared/state/accept-create.ts'
import { putRecord } from '../../shared/state/stored.ts'
import { TENANT_AUDIENCE } from '../issuer.ts'
import { type LocalPorts, openLocalPorts } from '../local-ports.ts'
import { settingsFrom } from '../settings.ts'
import { serveTenantApi } from '../tenant-api-server.ts'
import { percentile, timed } from './statistics.ts'

const TENANT = 'bench'
const SAMPLES = 400
const WARM_UP = 50

/** Limits that do not stand in the way of a large fleet. */
const LIMITS = { clusters: 1_000_000, brokers: 10_000_000, volumeGiB: 100_000_000 }

interface Row {
  readonly what: string
  readonly samples: readonly number[]
}

/**
 * `npm run bench -- api`: one caller, one call after the other, through HTTP, authoriser and the whole stack, with few and
 * with many clusters of one tenant in the store, beside the raw operations of the store. Nothing follows the changes, so no
 * workflow runs and only the API is measured.
 */
export async function benchApi(): Promise<void> {
  const few = await measure(10)
  const many = await measure(10_000)
  process.stdout.write(
    `${'milliseconds'.padEnd(34)}${'10 clusters'.padStart(18)}${'10,000 clusters'.padStart(20)}${'p50 ratio'.padStart(12)}\n`,
  )
  few.forEach(({ what, samples }, index) => {
    const other = many[index]?.samples ?? []
    const ratio = percentile(other, 50) / percentile(samples, 50)
    process.stdout.write(
      `${what.padEnd(34)}${show(samples).padStart(18)}${show(other).padStart(20)}${ratio.toFixed(2).padStart(12)}\n`,
    )
  })
  process.stdout.write(`each cell: p50 / p99 of ${SAMPLES} calls\n`)
}

const show = (samples: readonly number[]) =>
  `${percentile(samples, 50).toFixed(3)} / ${percentile(samples, 99).toFixed(3)}`

async function measure(clusters: number): Promise<readonly Row[]> {
  const home = await mkdtemp(join(tmpdir(), 'weir-bench-'))
  const settings = settingsFrom(process.env, { home, logLevel: 'error' })
  const missing = () => {
    throw new Error('nothing runs in this measurement')
  }
  const { ports, issuer } = await openLocalPorts(settings, { engine: missing, controlPlaneUrl: missing })
  const server = await serveTenantApi(ports, issuer, 0, { rateLimit: { requestsPerSecond: 1e9, burst: 1e9 } })
  const token = await issuer.sign(TENANT_AUDIENCE, 'bench', { tenant: TENANT, scope: SCOPE_NAMES.join(' ') }, '1h')
  try {
    const clusterId = await fill(ports, clusters)
    const call = caller(server.port, token)
    return [
      { what: 'GET cluster', samples: await sample(() => call('GET', `/v1/clusters/${clusterId}`, 200)) },
      { what: '  raw get', samples: await sample(() => ports.store.get(keys.cluster(TENANT, clusterId))) },
      { what: 'GET clusters, page of 10', samples: await sample(() => call('GET', '/v1/clusters?pageSize=10', 200)) },
      {
        what: '  raw query of 10',
        samples: await sample(() => ports.store.query({ partition: partitions.clusters(TENANT), limit: 10 })),
      },
      { what: 'POST cluster (accepted)', samples: await sample(() => call('POST', '/v1/clusters', 202, order())) },
      { what: '  raw transaction of 12 puts', samples: await sample(() => rawCreate(ports)) },
    ]
  } finally {
    await server.close()
    ports.hosts.close()
    ports.store.close()
    await rm(home, { recursive: true, force: true })
  }
}

async function sample(call: () => Promise<unknown>): Promise<readonly number[]> {
  const samples: number[] = []
  for (let count = 0; count < WARM_UP + SAMPLES; count++) {
    const { milliseconds } = await timed(call)
    if (count >= WARM_UP) samples.push(milliseconds)
  }
  return samples
}

const order = () => ({
  name: `c-${randomUUID().slice(0, 30)}`,
  topology: 'combined',
  brokers: { count: 3, volumeGiB: 10 },
})

async function fill(ports: LocalPorts, clusters: number): Promise<string> {
  await ports.store.transact([
    putRecord(
      keys.tenant(TENANT),
      { tenantId: TENANT, limits: LIMITS, usage: { clusters: 0, brokers: 0, volumeGiB: 0 } },
      undefined,
    ),
  ])
  let clusterId = ''
  for (let count = 0; count < clusters; count++) {
    const requester = { tenantId: TENANT, requestedBy: 'bench', requestId: 'bench' }
    const { cluster } = await acceptCreate(ports, requester, ClusterSpec.parse(order()), () => [])
    if (count === Math.floor(clusters / 2)) clusterId = cluster.clusterId
  }
  return clusterId
}

/** As many writes as a create of three hosts makes, of about the same size. */
async function rawCreate(ports: LocalPorts): Promise<void> {
  const run = randomUUID()
  const value = { padding: 'x'.repeat(700) }
  await ports.store.transact(
    Array.from({ length: 12 }, (_, index) => ({
      partition: `T#${TENANT}#RAW`,
      sort: `${run}#${index}`,
      put: value,
      guard: 'absent',
    })),
  )
}

function caller(port: number, token: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return (method: string, path: string, expected: number, body?: object): Promise<void> =>
    new Promise((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      }
      const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
        response.resume()
        response.once('end', () => {
          if (response.statusCode === expected) resolve()
          else reject(new Error(`${method} ${path} answered ${response.statusCode}, not ${expected}`))
        })
      })
      outgoing.once('error', reject)
      outgoing.end(body && JSON.stringify(body))
    })
}
