import type { OfferedOperation } from '../../shared/lifecycle/lifecycle.ts'
import { stepsOf } from '../../workflows/render.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import { STEP_FAULT_KINDS, type StepFault, type StepFaultKind } from './faults.ts'
import { type StepCall, secondsOf } from './invoke-step.ts'
import type { Life } from './lives/life.ts'

/** Kinds of fault that happen at an effect, so that there is a cell for each effect of the step. */
const AT_AN_EFFECT: ReadonlySet<StepFaultKind> = new Set(['diesAfterEffect', 'stallsBeforeEffect'])

/** A step on a node as an undisturbed life calls it, with the number of its effects. */
export interface KnownStep extends Pick<StepCall, 'step' | 'nodeId'> {
  readonly effects: number
}

/** Runs an undisturbed life and lists what the workflow of this operation called in it, in order. */
export async function stepsOfLife(
  life: Life,
  seed: number,
  operation: OfferedOperation,
): Promise<readonly KnownStep[]> {
  const own = new Set<string>(stepsOf(WORKFLOWS[operation]))
  const found = new Map<string, KnownStep>()
  const onStepEffect = ({ step, nodeId }: StepCall, _effect: unknown, number: number) => {
    const key = `${step}/${nodeId}`
    found.set(key, { step, nodeId, effects: Math.max(number, found.get(key)?.effects ?? 0) })
  }
  await life({}, { seed, onStepEffect })
  return [...found.values()].filter(({ step }) => own.has(step))
}

/** The same of the first of some lives. */
export async function stepsOfFirst(
  lives: Readonly<Record<string, Life>>,
  seed: number,
  operation: OfferedOperation,
): Promise<readonly KnownStep[]> {
  const [first] = Object.values(lives)
  if (!first) throw new Error(`${operation} has no lives`)
  return stepsOfLife(first, seed, operation)
}

/** Every cell of the matrix: each step, on each node, with each kind of fault, at each effect where that matters. */
export function cellsOf(steps: readonly KnownStep[]): readonly StepFault[] {
  return steps.flatMap(({ step, nodeId, effects }) =>
    STEP_FAULT_KINDS.flatMap((kind): StepFault[] => {
      const fault = { kind, step, ...(nodeId !== undefined && { nodeId }) }
      if (!AT_AN_EFFECT.has(kind)) return [fault]
      return Array.from({ length: effects }, (_, index) => ({ ...fault, effect: index + 1 }))
    }),
  )
}

/** A cell in words. */
export function cellName({ kind, step, nodeId, effect }: StepFault): string {
  return `${step}${nodeId === undefined ? '' : ` on node ${nodeId}`} ${kind}${effect === undefined ? '' : ` ${effect}`}`
}

/** How many cells share a life: they are of different steps, so none hides another. */
const CELLS_PER_LIFE = 5

/** Puts cells together that can share a life. */
export function inGroups(cells: readonly StepFault[]): readonly (readonly StepFault[])[] {
  const groups = Math.ceil(cells.length / CELLS_PER_LIFE)
  return Array.from({ length: groups }, (_, group) => cells.filter((_, index) => index % groups === group))
}

/** Runs some cells in one life; when that fails, each alone, so that the cell at fault is named. */
export async function runCells(
  cells: readonly StepFault[],
  live: (faults: readonly StepFault[], restSeconds: number) => Promise<void>,
): Promise<void> {
  const run = async (faults: readonly StepFault[]) => {
    try {
      await live(faults, Math.max(...faults.map(secondsOf)))
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
