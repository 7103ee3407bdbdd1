import { describe, expect, it } from 'vitest'
import { STEP_FAULT_KINDS, type StepFault } from './faults.ts'
import { printedFigures } from './figures.ts'
import { restartThrough } from './restart-life.ts'
import { cellsOf, inGroups, type KnownStep, runCells } from './step-cells.ts'

const SEED = 1
const figures = printedFigures('every step of a restart of all brokers', SEED)

const found = new Map<string, KnownStep>()
const labels: string[] = []
await restartThrough(
  {},
  {
    seed: SEED,
    onStepEffect: ({ step, nodeId }, _effect, number) => {
      const key = `${step}/${nodeId}`
      found.set(key, { step, nodeId, effects: Math.max(number, found.get(key)?.effects ?? 0) })
    },
    onEffect: (label) => labels.push(label),
  },
)
const cells = cellsOf([...found.values()])

describe('every node is restarted exactly once, and none while another is behind, though', () => {
  it.each(STEP_FAULT_KINDS)('functions fail by %s', { timeout: 60_000 }, async (kind) => {
    const ofKind = cells.filter((cell: StepFault) => cell.kind === kind)
    expect(ofKind.length).toBeGreaterThan(0)
    figures.cell(ofKind.length)
    for (const group of inGroups(ofKind))
      await runCells(group, async (faults, restSeconds) =>
        figures.run(await restartThrough({ steps: faults }, { seed: SEED, restSeconds })),
      )
  })

  it('the control plane dies right after any commit or call', { timeout: 60_000 }, async () => {
    const moments = labels.flatMap((label, index) => (label.startsWith('journal') ? [] : [index + 1]))
    expect(moments.length).toBeGreaterThan(50)
    figures.cell(moments.length)
    for (const afterEffect of moments) {
      try {
        figures.run(await restartThrough({ deaths: [{ afterEffect }] }, { seed: SEED }))
      } catch (thrown) {
        throw new Error(`death after effect ${afterEffect}: ${String(thrown)}`, { cause: thrown })
      }
    }
  })
})
