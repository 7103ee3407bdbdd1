import { expect } from 'vitest'
import type { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { inboundRules } from '../../shared/network/inbound-rules.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import type { LedgerRecord } from '../../shared/records/ledger.ts'
import { NO_USAGE } from '../../shared/records/tenant.ts'
import { loadSteps, loadTenant } from '../../shared/state/load.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { isOn, type Machine } from './models/machine.ts'
import type { World } from './world.ts'

/** A cluster of a tenant. */
export interface ClusterRef {
  readonly tenantId: string
  readonly clusterId: string
}

const machinesOf = ({ fleet }: World, { clusterId }: ClusterRef): readonly Machine[] =>
  fleet.machines().filter(({ node }) => node.clusterId === clusterId)

/** What exists outside the store for a cluster. */
export function residueOf(
  { fleet, names, publicEntries, certificates }: World,
  { tenantId, clusterId }: ClusterRef,
): readonly string[] {
  const name = `${tenantId}/${clusterId}`
  return [
    ...fleet.resources().filter((resource) => resource.includes(name)),
    ...publicEntries.existing().filter((each) => each === `entry of ${name}`),
    ...names.existing().filter((each) => each.endsWith(` of ${name}`)),
    ...certificates.authorities().filter((authority) => authority === name),
  ]
}

/**
 * Exactly one of each thing exists for the cluster: machine (none where it is stopped), volume and address of every node, two names for each broker and for all of
 * them, the public entry, the authority, and the security group with the rules that were ordered.
 */
export function expectWhole(world: World, ref: ClusterRef, machinesPerNode: 0 | 1 = 1): void {
  const nodes = [...(world.facts.brokers.get(ref.clusterId)?.values() ?? [])]
  const names = 2 * (nodes.filter(({ roles }) => roles.includes('broker')).length + 1)
  expect(residueOf(world, ref)).toHaveLength((2 + machinesPerNode) * nodes.length + names + 3)
  const network = world.facts.clusters.get(ref.clusterId)?.spec.network ?? { securityGroups: [] }
  expect(world.fleet.inboundOf(ref)).toEqual(inboundRules(network).map(({ cidr }) => cidr))
}

/** The cluster is up as ordered: every host serves, exactly one of each thing is there, and the bill has begun. */
export async function expectActive(
  world: World,
  ref: ClusterRef,
  operationId: string,
  spec: ClusterSpec,
): Promise<void> {
  const { facts, kafka, outside } = world
  const { tenantId, clusterId } = ref
  const cluster = facts.clusters.get(clusterId)
  expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy' })
  expect(cluster).not.toHaveProperty('activeOperationId')
  expect(facts.operations.get(operationId)).toMatchObject({ state: 'Succeeded' })
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
  expect(brokers.map(({ status, health }) => `${status} ${health}`)).toEqual(brokers.map(() => 'Active Healthy'))
  const machines = machinesOf(world, ref)
  expect(machines.map(({ node }) => node.nodeId).toSorted((a, b) => a - b)).toEqual(brokers.map(({ nodeId }) => nodeId))
  expect(machines.filter((machine) => isOn(machine) && kafka.isServing(machine))).toEqual(machines)
  expectWhole(world, ref)
  for (const { nodeId, roles } of brokers) {
    const desired = machines.find(({ node }) => node.nodeId === nodeId)?.kafka?.desired
    const told = { clientHost: desired?.clientHost, publicHost: desired?.publicEndpoint?.host }
    expect(told).toEqual(
      roles.includes('broker')
        ? { clientHost: `b${nodeId}.${clusterId}`, publicHost: `b${nodeId}-public.${clusterId}` }
        : {},
    )
  }
  const { topics, users, rules } = kafka.data(clusterId)
  expect({ topics: [...topics.keys()], users: [...users.keys()], rules }).toEqual({
    topics: spec.topics.map(({ name }) => name),
    users: [],
    rules: [],
  })
  const ledger = await ledgerOf(world, ref)
  expect(ledger.map(({ cause, brokers: billed }) => ({ cause, hosts: billed.length }))).toEqual([
    { cause: 'cluster active', hosts: brokers.length },
  ])
  const steps = await loadSteps(outside.store, tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
  expect(await feedOf(world, tenantId, clusterId)).toBe(cluster?.eventSequence)
}

/** Nothing is left of the cluster but its history, and nothing is charged or billed for it. */
export async function expectGone(world: World, ref: ClusterRef): Promise<void> {
  const { facts, outside } = world
  const { tenantId, clusterId } = ref
  expect(residueOf(world, ref)).toEqual([])
  expect(facts.clusters.has(clusterId)).toBe(false)
  const partition = partitions.cluster(tenantId, clusterId)
  for (const prefix of [sorts.broker, sorts.host, sorts.user])
    expect((await listRecords(outside.store, partition, prefix)).map(({ key }) => key.sort)).toEqual([])
  const owned = [...facts.clusters.values()].filter((cluster) => cluster.tenantId === tenantId)
  if (owned.length === 0) expect((await loadTenant(outside.store, tenantId)).record.usage).toEqual(NO_USAGE)
  const billed = new Map<number, unknown>()
  for (const row of await ledgerOf(world, ref))
    for (const { nodeId, ...billable } of row.brokers) billed.set(nodeId, billable)
  expect([...billed.values()]).toEqual([...billed.values()].map(() => ({ volumeGiB: 0 })))
}

/** The rows of a cluster's ledger in their order. */
export async function ledgerOf({ outside }: World, { tenantId, clusterId }: ClusterRef): Promise<LedgerRecord[]> {
  const rows = await listRecords<LedgerRecord>(outside.store, partitions.cluster(tenantId, clusterId), sorts.ledger)
  return rows.map(({ record }) => record)
}

/** How many events of a cluster have reached its tenant's feed. */
async function feedOf({ outside }: World, tenantId: string, clusterId: string): Promise<number> {
  const rows = await listRecords<{ data: { clusterId: string } }>(outside.store, partitions.feed(tenantId), '')
  return rows.filter(({ record }) => record.data.clusterId === clusterId).length
}
