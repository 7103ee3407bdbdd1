import { expect } from 'vitest'
import { ended, ordered, type RunFigures } from './cluster-life.ts'
import { expectGone } from './end-states.ts'
import { byItself } from './invoke-step.ts'
import type { KnownStep } from './step-cells.ts'
import { askToDelete } from './tenant.ts'
import { createWorld } from './world.ts'

/** A moment within a create: right before an effect of a step. */
export interface Moment extends Omit<KnownStep, 'effects'> {
  readonly effect: number
}

/** How long the rest of the interrupted call takes: nothing, or longer than the delete. */
export type RestOfTheCall = 'goes on' | 'stalls'

const STALL_SECONDS = 900

/** Deletes a cluster at a moment of its create, and judges what is left when everyone has come to an end. */
export async function deleteAt(moment: Moment, rest: RestOfTheCall): Promise<RunFigures> {
  const { step, nodeId, effect } = moment
  const stall = { kind: 'stallsBeforeEffect', step, effect, seconds: STALL_SECONDS, ...(nodeId && { nodeId }) } as const
  let deletion: Promise<string> | undefined
  let begin: (() => void) | undefined
  const world = createWorld({
    faults: { steps: rest === 'stalls' ? [stall] : [] },
    onStepEffect: (call, _effect, number) => {
      if (call.step !== step || call.nodeId !== nodeId || number !== effect) return
      begin?.()
    },
    onStall: () => begin?.(),
  })
  const start = world.clock.now()
  try {
    const { clusterId, operationId } = await ordered(world)
    begin = () => byItself(() => (deletion ??= askToDelete(world, 'acme', clusterId)))
    await world.runUntil(() => deletion !== undefined, `${step} ${nodeId ?? ''} coming to effect ${effect}`)
    const deleteId = await world.during(deletion ?? Promise.reject(new Error('unreachable')))
    const effectsOfCreate = world.effects()
    await ended(world, deleteId)
    await world.pass(STALL_SECONDS)
    await world.explained(async () => {
      await expectGone(world, { tenantId: 'acme', clusterId })
      expect(world.facts.operations.get(operationId)?.state).toMatch(/^(Cancelled|Succeeded)$/)
      expect(world.journal.running()).toEqual([])
    })
    return { effects: world.effects(), effectsOfCreate, virtualSeconds: (world.clock.now() - start) / 1000 }
  } finally {
    world.close()
  }
}
