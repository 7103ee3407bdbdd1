import { expect } from 'vitest'
import type { ClusterRef } from '../end-states.ts'
import { isOn } from '../models/machine.ts'
import type { World } from '../world.ts'

/** The cluster is Active and Healthy with all of its nodes, and no operation is left. */
export function expectServing({ facts, fleet, kafka }: World, { clusterId }: ClusterRef): void {
  const cluster = facts.clusters.get(clusterId)
  expect(cluster).toMatchObject({ status: 'Active', health: 'Healthy' })
  expect(cluster).not.toHaveProperty('activeOperationId')
  const brokers = [...(facts.brokers.get(clusterId)?.values() ?? [])]
  expect(brokers.map(({ status, health }) => `${status} ${health}`)).toEqual(brokers.map(() => 'Active Healthy'))
  expect(brokers.flatMap(({ statusReason }) => statusReason ?? [])).toEqual([])
  const machines = fleet.machines().filter(({ node }) => node.clusterId === clusterId)
  expect(machines.filter((machine) => isOn(machine) && kafka.isServing(machine))).toHaveLength(brokers.length)
}
