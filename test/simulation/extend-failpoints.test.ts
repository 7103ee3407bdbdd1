import { describe, expect, it } from 'vitest'
import { controlOperation } from '../../shared/state/control-operation.ts'
import { ended, ordered } from './cluster-life.ts'
import { askToExtend, expectExtended, extendThrough, LARGE_GIB } from './extend-life.ts'
import { STEP_FAULT_KINDS, type StepFault } from './faults.ts'
import { printedFigures } from './figures.ts'
import { cellsOf, inGroups, type KnownStep, runCells } from './step-cells.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { createWorld } from './world.ts'

const SEED = 1
const figures = printedFigures('every step of a growth of volumes', SEED)

const found = new Map<string, KnownStep>()
await extendThrough(
  {},
  {
    seed: SEED,
    onStepEffect: ({ step, nodeId }, _effect, number) => {
      const key = `${step}/${nodeId}`
      found.set(key, { step, nodeId, effects: Math.max(number, found.get(key)?.effects ?? 0) })
    },
  },
)
const cells = cellsOf([...found.values()])

describe('volumes grow once on every broker, with no restart, though functions fail by', () => {
  it.each(STEP_FAULT_KINDS)('%s', { timeout: 60_000 }, async (kind) => {
    const ofKind = cells.filter((cell: StepFault) => cell.kind === kind)
    expect(ofKind.length).toBeGreaterThan(0)
    figures.cell(ofKind.length)
    for (const group of inGroups(ofKind))
      await runCells(group, async (faults, restSeconds) =>
        figures.run(await extendThrough({ steps: faults }, { seed: SEED, restSeconds })),
      )
  })
})

describe('a growth that cannot be finished', () => {
  it('leaves the brokers before the one at fault larger, those after it untouched, and can be ordered again', async () => {
    const world = createWorld({ seed: SEED })
    try {
      const { clusterId, operationId } = await ordered(world, 'acme', anOrder())
      await ended(world, operationId)
      const ref = { tenantId: 'acme', clusterId }
      const machines = world.fleet.machines().toSorted((a, b) => a.node.nodeId - b.node.nodeId)
      world.faults.add({ hosts: [{ kind: 'volumeFails', nodeId: 2 }] })
      const failed = await world.during(askToExtend(world, ref, LARGE_GIB))
      await ended(world, failed)
      expect(world.facts.operations.get(failed)).toMatchObject({
        state: 'Failed',
        error: { code: 'VOLUME_FAILED', step: 'growFileSystem', nodeId: 2 },
      })
      expect(world.facts.clusters.get(clusterId)).toMatchObject({
        status: 'Error',
        health: 'Degraded',
        spec: { brokers: { volumeGiB: LARGE_GIB } },
      })
      const brokers = [...(world.facts.brokers.get(clusterId)?.values() ?? [])]
      expect(brokers.map(({ status, volumeGiB }) => [status, volumeGiB])).toEqual([
        ['Active', LARGE_GIB],
        ['Error', 100],
        ['Active', 100],
      ])
      expect(machines.map(({ volumeGiB }) => volumeGiB())).toEqual([LARGE_GIB, LARGE_GIB, 100])
      expect(machines.map(({ fileSystemGiB }) => fileSystemGiB)).toEqual([LARGE_GIB, 100, 100])

      world.faults.stop()
      // A host looks again every half a minute whether what failed for good still does.
      await world.pass(60)
      const again = await world.during(askToExtend(world, ref, LARGE_GIB))
      expect(world.facts.operations.get(again)?.nodes).toEqual([2, 3])
      await ended(world, again)
      expect(world.facts.operations.get(again)?.state).toBe('Succeeded')
      expect(machines.map(({ fileSystemGiB }) => fileSystemGiB)).toEqual([LARGE_GIB, LARGE_GIB, LARGE_GIB])
      expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Active', health: 'Healthy' })
      const removal = await world.during(askToDelete(world, 'acme', clusterId))
      await ended(world, removal)
      expect(world.fleet.resources()).toEqual([])
    } finally {
      world.close()
    }
  })
})

describe('a growth that is paused', () => {
  it('rests between two brokers, with none half done, and goes on with those that are left', async () => {
    const world = createWorld({ seed: SEED })
    try {
      const { clusterId, operationId } = await ordered(world, 'acme', anOrder())
      await ended(world, operationId)
      const ref = { tenantId: 'acme', clusterId }
      const extension = await world.during(askToExtend(world, ref, LARGE_GIB))
      const brokers = () => [...(world.facts.brokers.get(clusterId)?.values() ?? [])]
      const isExtending = () => brokers().some(({ status }) => status === 'Extending')
      const control = (action: 'pause' | 'resume') =>
        world.during(world.call((ports) => controlOperation(ports, 'acme', extension, action)))
      await world.runUntil(isExtending, 'the first broker to be extended')
      await control('pause')
      const isPaused = () => world.facts.operations.get(extension)?.state === 'Paused'
      await world.runUntil(isPaused, 'the operation to rest')
      expect(brokers().map(({ status }) => status)).toEqual(['Active', 'Active', 'Active'])
      const done = brokers().filter(({ volumeGiB }) => volumeGiB === LARGE_GIB).length
      expect([1, 2]).toContain(done)
      expect(brokers().filter(({ extendedIn }) => extendedIn === extension)).toHaveLength(done)
      await control('resume')
      await ended(world, extension)
      await expectExtended(world, ref, extension)
    } finally {
      world.close()
    }
  })
})
