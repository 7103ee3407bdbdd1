import { describe, expect, it } from 'vitest'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { HostSpec } from '../../shared/ports/hosts.ts'
import { loadHost, loadSteps } from '../../shared/state/load.ts'
import { type ClusterTest, ended, withActiveCluster } from './cluster-life.ts'
import { type ClusterRef, expectGone } from './end-states.ts'
import { dedicated, expectBack, expectStopped, judgeStarted, judgeStopped } from './lives/power.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { control, patch, power, repair, restart } from './tenant-changes.ts'
import type { World } from './world.ts'

/** A cluster that is up, in a world of its own, for the length of a test. */
const withCluster = (test: ClusterTest, spec = anOrder()) => withActiveCluster(test, { spec, restSeconds: 30 })

const stop = (world: World, ref: ClusterRef) => world.during(power(world, ref, 'stopCluster'))
const start = (world: World, ref: ClusterRef) => world.during(power(world, ref, 'startCluster'))

async function stopped(world: World, ref: ClusterRef): Promise<string> {
  const operationId = await stop(world, ref)
  await ended(world, operationId)
  return operationId
}

const statusesOf = (world: World, { clusterId }: ClusterRef) =>
  [...(world.facts.brokers.get(clusterId)?.values() ?? [])].map(({ status }) => status)

async function orderOf(world: World, { tenantId }: ClusterRef, operationId: string, step: string) {
  const steps = await loadSteps(world.outside.store, tenantId, operationId)
  return steps.filter(({ name }) => name === step).map(({ nodeId }) => nodeId)
}

describe('a stop and a start', () => {
  it('take brokers before controllers, the active one last, and controllers before brokers', () =>
    withCluster(async (world, ref) => {
      const down = await stopped(world, ref)
      await judgeStopped(world, ref, down)
      const order = await orderOf(world, ref, down, 'stopKafka')
      expect(order.slice(0, 3).toSorted()).toEqual([101, 102, 103])
      expect(order.slice(3)).toEqual([2, 3, 1])
      const up = await start(world, ref)
      await ended(world, up)
      await judgeStarted(world, ref, up)
      expect((await orderOf(world, ref, up, 'relaunchKafka')).slice(0, 3).toSorted()).toEqual([1, 2, 3])
    }, dedicated))

  it('can follow each other again and again, each time on new machines', () =>
    withCluster(async (world, ref) => {
      for (let round = 1; round <= 3; round++) {
        await stopped(world, ref)
        expectStopped(world, ref)
        await ended(world, await start(world, ref))
        await expectBack(world, ref)
        const host = await loadHost(world.outside.store, ref.tenantId, ref.clusterId, 2)
        expect(host?.record.incarnation).toBe(round + 1)
      }
    }))

  it('let every node of a combined cluster at rest go while there is a quorum to let it', async () => {
    for (const restSeconds of [0, 1, 2, 3, 5, 7])
      await withCluster(async (world, ref) => {
        await world.pass(600 + restSeconds)
        const begun = world.clock.now()
        await judgeStopped(world, ref, await stopped(world, ref))
        expect((world.clock.now() - begun) / 1000).toBeLessThan(90)
      })
  })

  it('switch a host off on which Kafka does not end, and say so', () =>
    withCluster(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'neverStops', nodeId: 2 }] })
      const begun = world.clock.now()
      const operationId = await stopped(world, ref)
      expect((world.clock.now() - begun) / 1000).toBeGreaterThan(600)
      await judgeStopped(world, ref, operationId)
      const { warnings = [] } = world.facts.operations.get(operationId) ?? {}
      expect(warnings.filter((warning) => warning.includes('switched off'))).toEqual([
        expect.stringContaining('node 2'),
      ])
      world.faults.mendHosts()
      await ended(world, await start(world, ref))
      await expectBack(world, ref)
    }))

  it('do not wait for a host that is not heard of', () =>
    withCluster(async (world, ref) => {
      const [machine] = world.fleet.machines()
      if (machine) machine.silentUntil = Number.POSITIVE_INFINITY
      await world.pass(30)
      const begun = world.clock.now()
      await judgeStopped(world, ref, await stopped(world, ref))
      expect((world.clock.now() - begun) / 1000).toBeLessThan(120)
    }))

  it('give way to a delete at every moment, which leaves nothing', async () => {
    for (const seconds of [0, 1, 2, 4, 8])
      await withCluster(async (world, ref) => {
        await stop(world, ref)
        await world.pass(seconds)
        await ended(world, await world.during(askToDelete(world, ref.tenantId, ref.clusterId)))
        await world.explained(() => expectGone(world, ref))
      })
    for (const seconds of [1, 5, 12, 20])
      await withCluster(async (world, ref) => {
        await stopped(world, ref)
        await start(world, ref)
        await world.pass(seconds)
        await ended(world, await world.during(askToDelete(world, ref.tenantId, ref.clusterId)))
        await world.explained(() => expectGone(world, ref))
      })
  })

  it('that rests half done is cancelled by what takes it back', () =>
    withCluster(async (world, ref) => {
      const operationId = await stop(world, ref)
      await world.runUntil(() => statusesOf(world, ref).includes('Stopping'), 'the first node to be touched')
      await world.during(control(world, 'acme', operationId, 'pause'))
      const state = () => world.facts.operations.get(operationId)?.state
      await world.runUntil(() => state() === 'Paused' && world.isQuiet(), 'the operation to rest')
      expect(statusesOf(world, ref)).toContain('Stopped')
      await world.during(control(world, 'acme', operationId, 'cancel'))
      await ended(world, operationId)
      expect(state()).toBe('Cancelled')
      await expectBack(world, ref)
    }, dedicated))
})

describe('a cluster that is stopped', () => {
  it('is left alone by all that looks after clusters, for hours', () =>
    withCluster(async (world, ref) => {
      await stopped(world, ref)
      const before = world.facts.clusters.get(ref.clusterId)
      const operations = world.facts.operations.size
      await world.pass(4 * 3600)
      expect(world.facts.clusters.get(ref.clusterId)).toEqual(before)
      expect(world.facts.operations.size).toBe(operations)
      expectStopped(world, ref)
    }))

  it('takes no other change, and says what it takes', () =>
    withCluster(async (world, ref) => {
      await stopped(world, ref)
      const asked = [
        () => restart(world, ref),
        () => patch(world, ref, { volumeGiB: 200 }),
        () => patch(world, ref, { config: { 'log.retention.ms': '1000' } }),
        () => patch(world, ref, { inbound: ['192.0.2.0/24'] }),
        () => repair(world, ref, 2),
        () => power(world, ref, 'stopCluster'),
      ]
      for (const ask of asked) {
        const refused = await world.during(ask()).then(
          () => undefined,
          (thrown: unknown) => thrown,
        )
        if (!(refused instanceof DomainError)) throw new Error('it was not refused', { cause: refused })
        expect(refused.code).toBe('STATUS_NOT_ALLOWED')
        expect(refused.context.metadata).toMatchObject({ allowedActions: ['startCluster', 'deleteCluster'] })
      }
      expectStopped(world, ref)
    }))

  it('can be deleted, and leaves nothing', () =>
    withCluster(async (world, ref) => {
      await stopped(world, ref)
      await ended(world, await world.during(askToDelete(world, ref.tenantId, ref.clusterId)))
      await world.explained(() => expectGone(world, ref))
    }))

  it('keeps its tenant from its limits as before, so that it can always be started again', () =>
    withCluster(async (world, ref) => {
      const before = world.facts.tenants.get('acme')?.usage
      await stopped(world, ref)
      expect(world.facts.tenants.get('acme')?.usage).toEqual(before)
    }))

  it('is nothing to another tenant', () =>
    withCluster(async (world, { clusterId }) => {
      for (const type of ['stopCluster', 'startCluster'] as const)
        await expect(world.during(power(world, { tenantId: 'zeta', clusterId }, type))).rejects.toMatchObject({
          code: 'CLUSTER_NOT_FOUND',
        })
    }))

  it('is not started twice by a machine that comes late: it goes, and the node has one machine when it starts', () =>
    withCluster(async (world, ref) => {
      await stopped(world, ref)
      const host = (await loadHost(world.outside.store, ref.tenantId, ref.clusterId, 2))?.record
      const late: HostSpec = {
        ...ref,
        nodeId: 2,
        zone: 'az-2',
        roles: ['broker', 'controller'],
        instanceType: 'r2a.2xlarge',
        volumeGiB: 100,
        kafkaVersion: '3.7.1',
        incarnation: 0,
        volumeIncarnation: 1,
      }
      await world.during(world.fleet.ensureInstance(late, host?.volumeId ?? '', host?.address ?? ''))
      await world.runUntil(() => world.fleet.machines().length === 0, 'the machine to be removed', 3600)
      await ended(world, await start(world, ref))
      await expectBack(world, ref)
    }))
})
