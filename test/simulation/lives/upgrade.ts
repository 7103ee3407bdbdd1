import { expect } from 'vitest'
import type { KafkaVersion } from '../../../shared/catalogue/kafka-versions.ts'
import { loadSteps } from '../../../shared/state/load.ts'
import type { ClusterRef } from '../end-states.ts'
import type { HostFault } from '../faults.ts'
import { FIRST_RELEASE } from '../models/kafka-process.ts'
import { orTheOneThatRuns, patch } from '../tenant-changes.ts'
import type { World } from '../world.ts'
import { cancelledOnTheWay, failedAndResumed, pausedOnTheWay } from './controlled.ts'
import { type Life, laterLife } from './life.ts'
import { expectServing } from './serving.ts'

const NEW = '3.9.2'

const roll =
  (kafkaVersion: KafkaVersion = NEW) =>
  (world: World, ref: ClusterRef) =>
    orTheOneThatRuns(world, ref, patch(world, ref, { kafkaVersion }))

/** An upgrade of hosts with which something is wrong. */
const rollOn = (kind: HostFault['kind'], nodeId?: number) => (world: World, ref: ClusterRef) => {
  world.faults.add({ hosts: [{ kind, ...(nodeId !== undefined && { nodeId }) }] })
  return roll()(world, ref)
}

function isUpgrading({ facts }: World, { clusterId }: ClusterRef): boolean {
  return [...(facts.brokers.get(clusterId)?.values() ?? [])].some(({ status }) => status === 'Upgrading')
}

/** What another release may go through. */
export const upgradeLives: Readonly<Record<string, Life>> = {
  'comes to every node with one restart each': laterLife({ begin: roll(), judge: expectUpgraded }),
  'comes to every node, with a rest in between': laterLife({
    begin: pausedOnTheWay(roll(), isUpgrading),
    judge: expectUpgraded,
  }),
  'is cancelled between two nodes and leaves both releases, for all to see': laterLife({
    begin: cancelledOnTheWay(roll(), isUpgrading),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)?.state).toBe('Cancelled')
      expectServing(world, ref)
      const versions = releases(world, ref)
      expect([1, 2]).toContain(versions.filter((version) => version === NEW).length)
      expect(versions.filter((version) => version === FIRST_RELEASE)).toHaveLength(3 - world.restarts.length)
      expect(world.facts.clusters.get(ref.clusterId)?.spec.kafkaVersion).toBe(NEW)
    },
  }),
  'that does not start is taken back on the one node that got it': laterLife({
    begin: rollOn('newReleaseFails'),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({
        state: 'Failed',
        error: {
          code: 'BROKER_PROCESS_FAILED',
          step: 'upgradeNode',
          detail: expect.stringContaining(`No node runs Kafka ${NEW}.`),
        },
      })
      expectRelease(world, ref, FIRST_RELEASE)
      expect(nonces(world)).toEqual([1, 1, 3])
    },
  }),
  'is resumed on a node that had come back with neither release': laterLife({
    begin: failedAndResumed(rollOn('processCrashLoops', 3)),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Succeeded', attempt: 2 })
      expect(world.facts.operations.get(operationId)?.earlier).toMatchObject([
        { state: 'Failed', error: { nodeId: 3 } },
      ])
      expectRelease(world, ref, NEW)
    },
  }),
}

/** What else it may go through, with no step that it does not go through above. */
export const furtherUpgradeLives: Readonly<Record<string, Life>> = {
  'goes back from the middle, by the older one that is ordered again': laterLife({
    begin: async (world, ref) => {
      const cancelled = await cancelledOnTheWay(roll(), isUpgrading)(world, ref)
      await world.runUntil(() => world.facts.operations.get(cancelled)?.state === 'Cancelled', 'the upgrade to end')
      return roll(FIRST_RELEASE)(world, ref)
    },
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'upgradeKafka', state: 'Succeeded' })
      expectRelease(world, ref, FIRST_RELEASE)
      expect(world.restarts.length).toBe(2 * new Set(world.restarts).size)
    },
  }),
  'that does not start on a later node stays on those that run it': laterLife({
    begin: rollOn('newReleaseFails', 3),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed', error: { nodeId: 3 } })
      expectServing(world, ref)
      expect(releases(world, ref)).toEqual([FIRST_RELEASE, NEW, FIRST_RELEASE])
      expect(world.facts.clusters.get(ref.clusterId)?.spec.kafkaVersion).toBe(NEW)
    },
  }),
  'that a host refuses beforehand stops nobody': laterLife({
    begin: rollOn('newReleaseRefused', 2),
    judge: async (world, ref, operationId) => {
      expect(world.facts.operations.get(operationId)).toMatchObject({
        state: 'Failed',
        error: { code: 'RELEASE_REFUSED', step: 'preflightRelease', nodeId: 2 },
      })
      expectRelease(world, ref, FIRST_RELEASE)
      expect(world.restarts).toEqual([])
    },
  }),
}

const brokersOf = ({ facts }: World, { clusterId }: ClusterRef) => [...(facts.brokers.get(clusterId)?.values() ?? [])]

/** What each node is recorded to run, which is what its host runs; none is between two releases. */
function releases(world: World, ref: ClusterRef): readonly string[] {
  const { spec } = world.facts.clusters.get(ref.clusterId) ?? {}
  const brokers = brokersOf(world, ref)
  const recorded = brokers.map(({ kafkaVersion }) => kafkaVersion ?? spec?.kafkaVersion ?? '')
  const machines = world.fleet.machines().filter(({ node }) => node.clusterId === ref.clusterId)
  const running = brokers.map(
    ({ nodeId }) => machines.find(({ node }) => node.nodeId === nodeId)?.kafka?.desired.kafka.version ?? '',
  )
  expect(running).toEqual(recorded)
  expect(brokers.flatMap(({ orderedVersion }) => orderedVersion ?? [])).toEqual([])
  return recorded
}

const nonces = ({ fleet }: World) =>
  fleet
    .machines()
    .map(({ kafka }) => kafka?.desired.kafka.restartNonce ?? 0)
    .toSorted((a, b) => a - b)

/** The cluster and every node have this release, and serve. */
function expectRelease(world: World, ref: ClusterRef, version: KafkaVersion): void {
  expectServing(world, ref)
  expect(releases(world, ref)).toEqual([version, version, version])
  expect(world.facts.clusters.get(ref.clusterId)?.spec.kafkaVersion).toBe(version)
}

/** Every node runs the new release after exactly one restart, and what is finalised is as before. */
async function expectUpgraded(world: World, ref: ClusterRef, operationId: string): Promise<void> {
  expect(world.facts.operations.get(operationId)).toMatchObject({ type: 'upgradeKafka', state: 'Succeeded' })
  expectRelease(world, ref, NEW)
  expect(nonces(world)).toEqual([2, 2, 2])
  expect(world.kafka.data(ref.clusterId).features.get('metadata.version')).toBe(19)
  const steps = await loadSteps(world.outside.store, ref.tenantId, operationId)
  expect(steps.filter(({ state }) => state !== 'Succeeded')).toEqual([])
}
