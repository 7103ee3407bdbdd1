import { describe, expect, it } from 'vitest'
import type { OfferedOperation } from '../../shared/lifecycle/lifecycle.ts'
import { stepsOf } from '../../workflows/render.ts'
import { WORKFLOWS } from '../../workflows/workflows.ts'
import type { StepFault, StepFaultKind } from './faults.ts'
import { printedFigures } from './figures.ts'
import type { Life } from './lives/life.ts'
import { LIVES } from './lives/lives.ts'
import { cellsOf, inGroups, runCells, stepsOfLife } from './step-cells.ts'

const SEED = 1

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

/** Seconds of processor time; a busy machine takes its time. */
const TIMEOUT_MILLISECONDS = 300_000

/** How many deaths share a life, as far from each other as they can be. */
const DEATHS_PER_LIFE = 5

/**
 * The whole matrix of an operation: every step of its workflow, on every node, with every kind of fault, in a life that
 * calls it; and the death of the control plane right after any commit or call of the first of its lives. A step of the
 * workflow that no life calls fails the test.
 */
export async function failpointsOf(operation: OfferedOperation): Promise<void> {
  const figures = printedFigures(operation, SEED)
  const steps = new Set<string>(stepsOf(WORKFLOWS[operation]))
  const lives = Object.entries(LIVES[operation])
  const seen = new Set<string>()
  const matrix: { readonly name: string; readonly life: Life; readonly cells: readonly StepFault[] }[] = []
  for (const [name, life] of lives) {
    // What an earlier life calls has its cells there.
    const fresh = (await stepsOfLife(life, SEED, operation)).filter(({ step }) => !seen.has(step))
    matrix.push({ name, life, cells: cellsOf(fresh) })
    for (const { step } of fresh) seen.add(step)
  }

  describe(operation, () => {
    it('has cells for every step of its workflow', () => {
      expect([...steps].filter((step) => !seen.has(step))).toEqual([])
    })

    for (const { name, life, cells } of matrix)
      describe(`${name}, though functions`, () => {
        const kinds = Object.entries(KINDS).filter(([kind]) => cells.some((cell) => cell.kind === kind))
        it.each(kinds)('%s: %s', { timeout: TIMEOUT_MILLISECONDS }, async (kind) => {
          const ofKind = cells.filter((cell) => cell.kind === kind)
          figures.cells(ofKind.length)
          for (const group of inGroups(ofKind))
            await runCells(group, async (faults, restSeconds) =>
              figures.run(await life({ steps: faults }, { seed: SEED, restSeconds })),
            )
        })
      })

    const [first] = lives
    if (first)
      it(`${first[0]}, though the control plane dies right after any commit or call`, {
        timeout: TIMEOUT_MILLISECONDS,
      }, async () => {
        const moments = await momentsOf(first[1])
        expect(moments.length).toBeGreaterThan(20)
        figures.deaths(moments.length)
        const apart = Math.ceil(moments.length / DEATHS_PER_LIFE)
        for (let index = 0; index < apart; index++)
          await dieAt(
            first[1],
            moments.filter((_, other) => other % apart === index),
            figures.run,
          )
      })
  })
}

/**
 * The effects, counted from 1, after which death may make a difference: every commit, every call, and of the journal what
 * tells of a call, and the last entry before anything else happens. That a run survives death after any entry of its
 * journal whatsoever is proven of the interpreter itself.
 */
export async function momentsOf(life: Life): Promise<readonly number[]> {
  const labels: string[] = []
  await life({}, { seed: SEED, onEffect: (label) => labels.push(label) })
  return labels.flatMap((label, index) => {
    const isCallOrCommit = !label.startsWith('journal') || /journal (Task(?!State)|RetryScheduled)/.test(label)
    const isLastEntry = !labels[index + 1]?.startsWith('journal')
    return isCallOrCommit || isLastEntry ? [index + 1] : []
  })
}

/** Dies at some moments of one life; when that fails, at each alone, so that the one at fault is named. */
export async function dieAt(
  life: Life,
  afterEffects: readonly number[],
  onRun: (figures: { readonly virtualSeconds: number }) => void,
): Promise<void> {
  const run = async (moments: readonly number[]) => {
    try {
      onRun(await life({ deaths: moments.map((afterEffect) => ({ afterEffect })) }, { seed: SEED }))
    } catch (thrown) {
      throw new Error(`death after effects ${moments.join(' and ')}: ${String(thrown)}`, { cause: thrown })
    }
  }
  try {
    await run(afterEffects)
  } catch (thrown) {
    for (const afterEffect of afterEffects) await run([afterEffect])
    throw thrown
  }
}
