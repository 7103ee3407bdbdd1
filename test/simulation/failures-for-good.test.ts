import { describe, expect, it } from 'vitest'
import type { ErrorCode } from '../../shared/errors/catalogue.ts'
import type { StepName } from '../../workflows/steps/steps.ts'
import { ended, ordered } from './cluster-life.ts'
import { expectActive, expectGone, ledgerOf } from './end-states.ts'
import type { Faults } from './faults.ts'
import { printedFigures } from './figures.ts'
import { createLives } from './lives/create.ts'
import { deleteLives } from './lives/delete.ts'
import { cellName, stepsOfFirst } from './step-cells.ts'
import { anOrder, askToDelete } from './tenant.ts'
import { createWorld, type World } from './world.ts'

const SEED = 1
const ALWAYS = Number.POSITIVE_INFINITY
const createSteps = await stepsOfFirst(createLives, SEED, 'createCluster')
const deleteSteps = await stepsOfFirst(deleteLives, SEED, 'deleteCluster')
const figures = printedFigures('failures for good', SEED)

/** What an operation says of its failure. */
interface Blame {
  readonly step: StepName
  readonly nodeId?: number | undefined
  readonly code?: ErrorCode
  readonly logLines?: readonly string[]
}

/** What cannot be done, and what the operation has to say about it. */
const HOPELESS: Readonly<Record<string, { readonly faults: Faults; readonly blame: Blame }>> = {
  'no machine is to be had in a zone': {
    faults: {
      ports: [
        { port: 'hosts', method: 'ensureInstance', nodeId: 2, when: 'refused', error: 'NO_CAPACITY', times: ALWAYS },
      ],
    },
    blame: { step: 'ensureInstance', nodeId: 2, code: 'NO_CAPACITY' },
  },
  'there is no room for a volume': {
    faults: {
      ports: [
        { port: 'hosts', method: 'ensureVolume', nodeId: 3, when: 'refused', error: 'VOLUME_FAILED', times: ALWAYS },
      ],
    },
    blame: { step: 'ensureVolume', nodeId: 3, code: 'VOLUME_FAILED' },
  },
  'the keys cannot be kept': {
    faults: {
      ports: [{ port: 'certificates', method: 'ensureAuthority', when: 'refused', error: 'ECONNRESET', times: ALWAYS }],
    },
    blame: { step: 'ensureAuthority', code: 'INTERNAL' },
  },
  'a machine never boots': {
    faults: { hosts: [{ kind: 'neverBoots', nodeId: 3 }] },
    blame: { step: 'launchKafka', nodeId: 3, code: 'HOST_NOT_READY' },
  },
  'a volume turns out to be broken': {
    faults: { hosts: [{ kind: 'volumeFails', nodeId: 1 }] },
    blame: { step: 'launchKafka', nodeId: 1, code: 'VOLUME_FAILED' },
  },
  'Kafka ends again and again on one host': {
    faults: { hosts: [{ kind: 'processCrashLoops', nodeId: 2 }] },
    blame: { step: 'awaitQuorum', nodeId: 2, code: 'BROKER_PROCESS_FAILED', logLines: ['[2] the last words of Kafka'] },
  },
  'a machine dies right after its start': {
    faults: { hosts: [{ kind: 'diesSuddenly', nodeId: 2, seconds: 12 }] },
    blame: { step: 'awaitQuorum', code: 'NOT_YET' },
  },
  'a broker never registers': {
    faults: { hosts: [{ kind: 'brokerNeverRegisters', nodeId: 3 }] },
    blame: { step: 'awaitBroker', nodeId: 3, code: 'NOT_YET' },
  },
  'Kafka refuses a topic': {
    faults: {
      ports: [{ port: 'kafka', method: 'createTopic', when: 'refused', error: 'INVALID_FIELD', times: ALWAYS }],
    },
    blame: { step: 'createTopics', code: 'INVALID_FIELD' },
  },
  'the test record never comes through': {
    faults: { ports: [{ port: 'kafka', method: 'roundTrip', when: 'refused', error: 'CANARY_FAILED', times: ALWAYS }] },
    blame: { step: 'proveWithCanary', code: 'NOT_YET' },
  },
}

describe('a create that cannot succeed', () => {
  it.each(Object.entries(HOPELESS))(
    'ends Error and says why when %s; delete then removes everything',
    async (_, it) => {
      await createFails(it.faults, it.blame)
    },
  )

  it('ends Error and names the step whose function always dies, whichever it is', { timeout: 300_000 }, async () => {
    for (const { step, nodeId } of createSteps) {
      const fault = { kind: 'diesAfterEffect', step, effect: 1, calls: ALWAYS, ...(nodeId && { nodeId }) } as const
      await named(cellName(fault), () => createFails({ steps: [fault] }, { step, ...(nodeId && { nodeId }) }))
    }
  })

  it('ends Error also when a function never even begins', { timeout: 300_000 }, async () => {
    for (const { step, nodeId } of createSteps) {
      const fault = { kind: 'diesBefore', step, calls: ALWAYS, ...(nodeId && { nodeId }) } as const
      await named(cellName(fault), () => createFails({ steps: [fault] }, undefined))
    }
  })
})

describe('a delete that does not succeed', () => {
  it.each(['removeInstance', 'removeVolume', 'removeAddress', 'list'])(
    'because %s is refused all the time ends Failed, and another one removes everything',
    async (method) => {
      await deleteFails({
        ports: [
          {
            port: 'hosts',
            method,
            ...(method !== 'list' && { nodeId: 2 }),
            when: 'refused',
            error: 'ECONNRESET',
            times: ALWAYS,
          },
        ],
      })
    },
  )

  it('because a function always dies ends Failed, whichever it is, and another one removes everything', {
    timeout: 300_000,
  }, async () => {
    for (const { step, nodeId } of deleteSteps) {
      const fault = { kind: 'diesAfterEffect', step, effect: 1, calls: ALWAYS, ...(nodeId && { nodeId }) } as const
      await named(cellName(fault), () => deleteFails({ steps: [fault] }))
    }
  })
})

async function createFails(faults: Faults, blame: Blame | undefined): Promise<void> {
  await inWorld(faults, async (world) => {
    const { clusterId, operationId } = await ordered(world)
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    await world.explained(async () => {
      expect(world.facts.operations.get(operationId)).toMatchObject({ state: 'Failed', error: { ...blame } })
      expect(world.facts.clusters.get(clusterId)).toMatchObject({ status: 'Error', health: 'Unavailable' })
      const brokers = [...(world.facts.brokers.get(clusterId)?.values() ?? [])]
      expect(brokers.filter(({ status }) => status !== 'Error' && status !== 'Active')).toEqual([])
      expect(await ledgerOf(world, ref)).toEqual([])
    })
    world.faults.stop()
    await ended(world, await world.during(askToDelete(world, 'acme', clusterId)))
    await world.explained(async () => {
      await expectGone(world, ref)
      expect(await ledgerOf(world, ref)).toEqual([])
    })
  })
}

async function deleteFails(faults: Faults): Promise<void> {
  await inWorld({}, async (world) => {
    const spec = anOrder()
    const { clusterId, operationId } = await ordered(world, 'acme', spec)
    const ref = { tenantId: 'acme', clusterId }
    await ended(world, operationId)
    await expectActive(world, ref, operationId, spec)
    world.faults.add(faults)
    const first = await world.during(askToDelete(world, 'acme', clusterId))
    // Each removal is tried for up to an hour, on one node after the other.
    await ended(world, first, 8 * 3600)
    await world.explained(async () => {
      expect(world.facts.operations.get(first)).toMatchObject({ type: 'deleteCluster', state: 'Failed' })
      expect(world.facts.clusters.get(clusterId)?.status).toBe('Deleting')
    })
    world.faults.stop()
    await ended(world, await world.during(askToDelete(world, 'acme', clusterId)))
    await world.explained(() => expectGone(world, ref))
  })
}

async function inWorld(faults: Faults, live: (world: World) => Promise<void>): Promise<void> {
  const world = createWorld({ seed: SEED, faults })
  const begin = world.clock.now()
  figures.faults(1)
  try {
    await live(world)
    figures.run({ virtualSeconds: (world.clock.now() - begin) / 1000 })
  } finally {
    world.close()
  }
}

async function named(cell: string, run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (thrown) {
    throw new Error(`${cell}: ${String(thrown)}`, { cause: thrown })
  }
}
