import { describe, it } from 'vitest'
import { liveThrough } from './cluster-life.ts'
import type { StepFault, StepFaultKind } from './faults.ts'
import { printedFigures } from './figures.ts'
import { cellsOf, inGroups, knownSteps, runCells } from './step-cells.ts'

const SEED = 1
const steps = await knownSteps(SEED)
const figures = printedFigures('every step of create and delete', SEED)

const KINDS = {
  diesBefore: 'die before they have done anything',
  diesAfterEffect: 'die right after any of their effects',
  replyLost: 'have their answers lost',
  calledTwice: 'are called twice at once',
  calledAgainLater: 'are called again when all is over',
  timesOut: 'run out of time after they have done everything',
  neverAnswers: 'are never heard of again',
  stallsBeforeEffect: 'hang before any of their effects and go on when another call has done it all',
} as const satisfies Record<StepFaultKind, string>

describe('a create ends Active and a delete leaves nothing, though functions', () => {
  it.each(Object.entries(KINDS))('%s: %s', { timeout: 60_000 }, async (kind) => {
    const ofKind = (fault: StepFault) => fault.kind === kind
    const create = cellsOf(steps.create).filter(ofKind)
    const remove = cellsOf(steps.delete).filter(ofKind)
    figures.cell(create.length + remove.length)
    const creates = inGroups(create)
    const removes = inGroups(remove)
    for (let index = 0; index < Math.max(creates.length, removes.length); index++)
      await runCells([...(creates[index] ?? []), ...(removes[index] ?? [])], async (faults, restSeconds) =>
        figures.run(await liveThrough({ steps: faults }, { seed: SEED, restSeconds })),
      )
  })
})
