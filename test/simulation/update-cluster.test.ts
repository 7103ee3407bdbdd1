import { describe, expect, it } from 'vitest'
import type { ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import { acceptChange } from '../../shared/state/accept-change.ts'
import { controlOperation } from '../../shared/state/control-operation.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import { type ClusterTest, ended, withActiveCluster } from './cluster-life.ts'
import type { ClusterRef } from './end-states.ts'
import { DEADLY_CONFIG, REFUSED_CONFIG } from './models/kafka-process.ts'
import { anOrder } from './tenant.ts'
import type { World } from './world.ts'

const FIRST = { 'message.max.bytes': '2000000' }
const SECOND = { ...FIRST, 'queued.max.requests': '600', 'log.retention.ms': '1000' }
const LARGE_GIB = 150

/** Asks for larger volumes and another configuration in one request. */
async function askForBoth(world: World, { tenantId, clusterId }: ClusterRef, config = SECOND): Promise<string> {
  const asked = await world.call(async (ports) => {
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    const operation = await acceptChange(
      ports,
      { tenantId, requestedBy: 'ana', requestId: 'req_2' },
      clusterId,
      facts,
      {
        wanted: ({ spec }) => ({ ...spec, config, brokers: { ...spec.brokers, volumeGiB: LARGE_GIB } }),
        named: () => true,
        check: () => undefined,
      },
    )
    return operation?.operationId
  })
  if (asked === undefined) throw new Error('nothing was to be changed')
  return asked
}

/** A cluster that is up, in a world of its own, for the length of a test. */
const withCluster = (test: ClusterTest, order: Partial<ClusterSpecInput> = {}) =>
  withActiveCluster(test, { spec: anOrder({ config: FIRST, ...order }) })

const brokersOf = ({ facts }: World, { clusterId }: ClusterRef) => [...(facts.brokers.get(clusterId)?.values() ?? [])]
const noncesOf = ({ fleet }: World) => fleet.machines().map(({ kafka }) => kafka?.desired.kafka.restartNonce)
const stateOf = ({ facts }: World, operationId: string) => facts.operations.get(operationId)?.state
const control = (world: World, operationId: string, action: 'pause' | 'resume' | 'cancel') =>
  world.during(world.call((ports) => controlOperation(ports, 'acme', operationId, action)))

function expectUpdated(world: World, ref: ClusterRef, operationId: string): void {
  const operation = world.facts.operations.get(operationId)
  expect(operation).toMatchObject({ type: 'updateCluster', state: 'Succeeded', plan: { restarts: 3 } })
  expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({
    status: 'Active',
    health: 'Healthy',
    configRevision: 2,
    spec: { config: SECOND, brokers: { volumeGiB: LARGE_GIB } },
  })
  for (const broker of brokersOf(world, ref))
    expect(broker).toMatchObject({ status: 'Active', volumeGiB: LARGE_GIB, configRevision: 2, doneIn: operationId })
  expect(noncesOf(world)).toEqual([2, 2, 2])
  const { settings, overrides } = world.kafka.data(ref.clusterId)
  expect([settings.get('log.retention.ms'), [...overrides]]).toEqual(['1000', []])
}

describe('a change of the volumes and the configuration at once', () => {
  it('is one operation that grows every volume, then restarts every broker once', async () => {
    await withCluster(async (world, ref) => {
      const update = await world.during(askForBoth(world, ref))
      await ended(world, update)
      expectUpdated(world, ref, update)
    })
  })

  it('restarts each broker and each controller of a dedicated cluster once, and grows the volumes of brokers only', async () => {
    await withCluster(
      async (world, ref) => {
        const update = await world.during(askForBoth(world, ref))
        await ended(world, update)
        expect(world.facts.operations.get(update)).toMatchObject({ state: 'Succeeded', plan: { restarts: 6 } })
        expect(noncesOf(world)).toEqual([2, 2, 2, 2, 2, 2])
        const sizes = brokersOf(world, ref).map(
          ({ roles, volumeGiB }) => roles.includes('broker') === (volumeGiB === LARGE_GIB),
        )
        expect(sizes).toEqual([true, true, true, true, true, true])
        for (const broker of brokersOf(world, ref)) expect(broker.configRevision).toBe(2)
      },
      { topology: 'dedicated' },
    )
  })

  it('rests and goes on in either phase and on the border between them, and repeats no broker', async () => {
    await withCluster(async (world, ref) => {
      const update = await world.during(askForBoth(world, ref))
      const restHere = async () => {
        await control(world, update, 'pause')
        await world.runUntil(() => stateOf(world, update) === 'Paused', 'the operation to rest')
        expect(brokersOf(world, ref).map(({ status }) => status)).toEqual(['Active', 'Active', 'Active'])
        const { status } = world.facts.clusters.get(ref.clusterId) ?? {}
        await control(world, update, 'resume')
        return status
      }
      const grown = () => brokersOf(world, ref).filter(({ extendedIn }) => extendedIn === update).length
      const isRestarting = () => brokersOf(world, ref).some(({ status }) => status === 'Rebooting')
      await world.runUntil(() => grown() === 1, 'the first volume to be larger')
      expect(await restHere()).toBe('Extending')
      // Asked while the last volume grows, the wish is heeded before the configuration is touched.
      await world.runUntil(() => grown() === 2, 'the second volume to be larger')
      await world.runUntil(() => brokersOf(world, ref).some(({ status }) => status === 'Extending'), 'the last volume')
      expect(await restHere()).toBe('Extending')
      expect([grown(), noncesOf(world)]).toEqual([3, [1, 1, 1]])
      expect(world.facts.clusters.get(ref.clusterId)?.spec.config).toEqual(FIRST)
      await world.runUntil(isRestarting, 'the first restart')
      expect(await restHere()).toBe('Rebooting')
      await ended(world, update)
      expectUpdated(world, ref, update)
    })
  })

  it('that is cancelled between the phases leaves the volumes larger and the configuration as it was', async () => {
    await withCluster(async (world, ref) => {
      const update = await world.during(askForBoth(world, ref))
      await world.runUntil(() => brokersOf(world, ref).every(({ status }) => status === 'Active'), 'a border')
      await control(world, update, 'cancel')
      await ended(world, update)
      expect(stateOf(world, update)).toBe('Cancelled')
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Active', spec: { config: FIRST } })
      expect(noncesOf(world)).toEqual([1, 1, 1])
    })
  })

  it('that fails on a volume has not touched the configuration, and resumed it goes on at that broker', async () => {
    await withCluster(async (world, ref) => {
      world.faults.add({ hosts: [{ kind: 'volumeFails', nodeId: 2 }] })
      const update = await world.during(askForBoth(world, ref))
      await ended(world, update)
      expect(world.facts.operations.get(update)).toMatchObject({ state: 'Failed', error: { step: 'growFileSystem' } })
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({ status: 'Error', spec: { config: FIRST } })
      const first = brokersOf(world, ref).find(({ nodeId }) => nodeId === 1)
      expect(first).toMatchObject({ status: 'Active', volumeGiB: LARGE_GIB })
      world.faults.stop()
      // A host looks again every half a minute whether what failed for good still does.
      await world.pass(60)
      await control(world, update, 'resume')
      await ended(world, update)
      expectUpdated(world, ref, update)
    })
  })

  it("that Kafka's own check refuses stops no broker, sets nothing, and keeps the larger volumes", async () => {
    await withCluster(async (world, ref) => {
      const update = await world.during(askForBoth(world, ref, { ...SECOND, ...REFUSED_CONFIG }))
      await ended(world, update)
      expect(world.facts.operations.get(update)).toMatchObject({
        state: 'Failed',
        error: { code: 'CONFIG_REFUSED', step: 'preflightConfig', detail: expect.stringContaining('Invalid value -7') },
      })
      expect(noncesOf(world)).toEqual([1, 1, 1])
      expect(world.kafka.data(ref.clusterId).settings.has('log.retention.ms')).toBe(false)
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({
        status: 'Active',
        health: 'Healthy',
        spec: { config: FIRST, brokers: { volumeGiB: LARGE_GIB } },
      })
      for (const broker of brokersOf(world, ref))
        expect([broker.status, broker.volumeGiB, broker.configRevision ?? 1]).toEqual(['Active', LARGE_GIB, 1])
    })
  })

  it('that fails on the canary keeps the larger volumes and has the previous configuration on every broker', async () => {
    await withCluster(async (world, ref) => {
      const update = await world.during(askForBoth(world, ref, { ...SECOND, ...DEADLY_CONFIG }))
      await ended(world, update)
      expect(world.facts.operations.get(update)).toMatchObject({ state: 'Failed', error: { step: 'restartKafka' } })
      expect(world.facts.clusters.get(ref.clusterId)).toMatchObject({
        status: 'Active',
        health: 'Healthy',
        configRevision: 1,
        spec: { config: FIRST, brokers: { volumeGiB: LARGE_GIB } },
      })
      for (const broker of brokersOf(world, ref))
        expect([broker.status, broker.volumeGiB, broker.configRevision ?? 1]).toEqual(['Active', LARGE_GIB, 1])
    })
  })
})
