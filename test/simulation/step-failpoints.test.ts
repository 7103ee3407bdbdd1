import { describe, it } from 'vitest'
import { liveThrough } from './cluster-life.ts'
import type { StepFault, StepFaultKind } from './faults.ts'
import { printedFigures } from './figures.ts'
import { cellName, cellsOf, knownSteps } from './step-cells.ts'

const SEED = 1
const steps = await knownSteps(SEED)
const figures = printedFigures('every step of create and delete', SEED)

/** After each operation everyone is left alone until the latest late call has come. */
const REST_SECONDS: Partial<Record<StepFaultKind, number>> = { calledAgainLater: 620, stallsBeforeEffect: 420 }

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
    for (let index = 0; index < Math.max(create.length, remove.length); index++)
      await runCells([create[index], remove[index]].filter((cell) => cell !== undefined))
  })
})

/** One cell of each operation in one life; when that fails, each alone, so that the cell at fault is named. */
async function runCells(cells: readonly StepFault[]): Promise<void> {
  const restSeconds = Math.max(0, ...cells.map(({ kind }) => REST_SECONDS[kind] ?? 0))
  const run = async (faults: readonly StepFault[]) => {
    try {
      figures.run(await liveThrough({ steps: faults }, { seed: SEED, restSeconds }))
    } catch (thrown) {
      throw new Error(`${faults.map(cellName).join(' and ')}: ${String(thrown)}`, { cause: thrown })
    }
  }
  try {
    await run(cells)
  } catch (thrown) {
    for (const cell of cells) await run([cell])
    throw thrown
  }
}
