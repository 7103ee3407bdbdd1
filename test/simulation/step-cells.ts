import { liveThrough } from './cluster-life.ts'
import { STEP_FAULT_KINDS, type StepFault, type StepFaultKind } from './faults.ts'
import { type StepCall, secondsOf } from './invoke-step.ts'

/** Kinds of fault that happen at an effect, so that there is a cell for each effect of the step. */
const AT_AN_EFFECT: ReadonlySet<StepFaultKind> = new Set(['diesAfterEffect', 'stallsBeforeEffect'])

/** A step on a node as the undisturbed life of a cluster calls it, with the number of its effects. */
export interface KnownStep extends Pick<StepCall, 'step' | 'nodeId'> {
  readonly effects: number
}

/** Runs the undisturbed life of a cluster and lists what each operation called, in order. */
export async function knownSteps(
  seed: number,
): Promise<{ readonly create: readonly KnownStep[]; readonly delete: readonly KnownStep[] }> {
  const found = new Map<string, KnownStep & { readonly operationId: string }>()
  await liveThrough(
    {},
    {
      seed,
      onStepEffect: ({ step, nodeId, operationId }, _effect, number) => {
        const key = `${operationId}/${step}/${nodeId}`
        found.set(key, { operationId, step, nodeId, effects: Math.max(number, found.get(key)?.effects ?? 0) })
      },
    },
  )
  const all = [...found.values()]
  const first = all[0]?.operationId
  return {
    create: all.filter(({ operationId }) => operationId === first),
    delete: all.filter(({ operationId }) => operationId !== first),
  }
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
const CELLS_PER_LIFE = 3

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
