import { expect } from 'vitest'
import type { Operation } from '../../../shared/contract/operation.ts'
import { RebalanceProposal } from '../../../shared/contract/rebalance.ts'
import { createTopicAs } from '../../kafka/scram-client.ts'
import { hostViews } from '../../weir/host-view.ts'
import { orderedByJob, residue, succeeded } from './life.ts'
import type { RunningAssembly } from './run-assembly.ts'
import type { Tenant } from './tenant.ts'
import { accessOf } from './tenant-access.ts'

/** Where clusters live and what is counted of it. */
export interface Scene {
  readonly running: RunningAssembly
  readonly tenant: Tenant
  /** Where the hosts are played. */
  readonly home: string
  /** Carries out an operation and counts what it takes of a cluster with so many hosts. */
  measure(nodes: number, order: () => Promise<Operation>): Promise<Operation>
}

/** The life of a cluster of three, by operations that between them use the rights that operations have. */
export async function combinedLife(scene: Scene): Promise<void> {
  const { running, tenant, home } = scene
  const measure = (order: () => Promise<Operation>) => scene.measure(3, order)
  const carryOut = (method: string, path: string, body?: object) => measure(() => tenant.order(method, path, body))
  const isActive = async () =>
    expect(await tenant.call('GET', cluster)).toMatchObject({ body: { status: 'Active', health: 'Healthy' } })

  const order = { name: 'orders', topology: 'combined', brokers: { volumeGiB: 1 }, topics: [{ name: 'payments' }] }
  const create = await carryOut('POST', '/v1/clusters', order)
  const cluster = `/v1/clusters/${create.target.id}`
  await isActive()
  expect(await tenant.call('GET', `${cluster}/topics`)).toMatchObject({ body: { items: [{ name: 'payments' }] } })
  expect(await tenant.call('GET', '/v1/catalog')).toMatchObject({ status: 200 })
  const plan = await tenant.call('POST', `${cluster}/plans`, { config: { 'log.retention.ms': '86400000' } })
  expect(plan).toMatchObject({ status: 200, body: { operation: 'updateConfig', blockers: [] } })
  await createTopicAs(
    await accessOf(tenant, cluster, 'app'),
    'crowded',
    Array.from({ length: 6 }, () => [1]),
  )
  await (await hostViews(home))[0]?.occupy(150)
  const configured = await carryOut('PATCH', cluster, { config: { 'log.retention.ms': '86400000' } })
  expect(configured.type).toBe('updateConfig')

  // Nobody orders this one but the job.
  const extend = await measure(async () => {
    const diskAutoscaling = { emergencyAtPercent: 10, limitGiB: 3 }
    expect(await tenant.call('PATCH', cluster, { diskAutoscaling })).toMatchObject({ status: 200 })
    return orderedByJob(running, tenant, 'maintain', cluster)
  })
  expect(extend.type).toBe('extendVolumes')
  expect([...running.ec2.volumes.values()].map(({ sizeGiB }) => sizeGiB)).toEqual([3, 3, 3])

  const proposal = await tenant.call('POST', `${cluster}/rebalance-proposals`, {})
  const { id: proposalId, moves } = RebalanceProposal.parse(proposal.body)
  expect(moves).toBeGreaterThan(0)
  const rebalance = await carryOut('POST', `${cluster}/actions/rebalance`, { proposalId })
  expect(rebalance.progress.moves).toMatchObject({ partitionsDone: moves, passedOver: 0 })

  const one = await succeeded(running, tenant, await tenant.order('POST', `${cluster}/brokers/1/actions/restart`))
  expect(one.progress).toEqual({ brokersDone: 1, brokersTotal: 1 })

  await carryOut('DELETE', cluster)
  expect(await tenant.call('GET', cluster)).toMatchObject({ status: 404 })
}

/** What takes long and uses no right of its own, of a cluster of three. */
export async function longLife({ running, tenant, measure }: Scene): Promise<void> {
  const carryOut = (path: string) => measure(3, () => tenant.order('POST', `${cluster}/actions/${path}`))
  const order = { name: 'rolled', topology: 'combined', brokers: { volumeGiB: 1 }, topics: [{ name: 'payments' }] }
  const cluster = await made(running, tenant, order)
  await carryOut('restart')
  await measure(3, () => tenant.order('PATCH', cluster, { kafkaVersion: '3.9.2' }))
  await carryOut('finalise-upgrade')
  await succeeded(running, tenant, await tenant.order('DELETE', cluster))
}

/** What takes long, of a cluster with controllers of its own. */
export async function dedicatedLife({ running, tenant, measure }: Scene): Promise<void> {
  const order = { name: 'apart', topology: 'dedicated', availabilityZones: ['az-1'], brokers: { volumeGiB: 1 } }
  const topics = [{ name: 'payments' }]
  const cluster = await made(running, tenant, { ...order, topics, deletion: { keepDays: 1 } })
  const scale = (path: string, count: number) => measure(6, () => tenant.order('PATCH', path, { brokers: { count } }))
  // What it takes to move replicas is counted of a rebalance.
  expect((await scale(`${cluster}?rebalance=false`, 4)).type).toBe('expandBrokers')
  await succeeded(running, tenant, await tenant.order('POST', `${cluster}/actions/rebalance`, {}))
  expect((await scale(cluster, 3)).type).toBe('shrinkBrokers')
  await measure(6, () => tenant.order('POST', `${cluster}/actions/stop`))
  expect(residue(running).filter((id) => id.startsWith('i-'))).toEqual([])
  await succeeded(running, tenant, await tenant.order('DELETE', cluster))
  expect(await tenant.call('GET', cluster)).toMatchObject({ body: { restorableUntil: expect.any(String) } })
  await measure(6, () => tenant.order('POST', `${cluster}/actions/restore`))
  await succeeded(running, tenant, await tenant.order('DELETE', `${cluster}?now=true`))
}

async function made(running: RunningAssembly, tenant: Tenant, order: object): Promise<string> {
  const { target } = await succeeded(running, tenant, await tenant.order('POST', '/v1/clusters', order))
  return `/v1/clusters/${target.id}`
}
