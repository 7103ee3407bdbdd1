import { describe, expect, it } from 'vitest'
import { configureThrough } from './configure-life.ts'
import { STEP_FAULT_KINDS, type StepFault } from './faults.ts'
import { printedFigures } from './figures.ts'
import { DEADLY_CONFIG } from './models/kafka-process.ts'
import { cellsOf, inGroups, type KnownStep, runCells } from './step-cells.ts'

const SEED = 1
const figures = printedFigures('every step of a change of the configuration', SEED)
const DYNAMIC = { 'message.max.bytes': '2000000', 'log.retention.ms': '1000' }
const LIVES = [
  ['comes through on every broker with one restart each', { ...DYNAMIC, 'queued.max.requests': '600' }, 'Succeeded'],
  [
    'that Kafka cannot start with is taken back on the one broker that got it',
    { ...DYNAMIC, ...DEADLY_CONFIG },
    'Failed',
  ],
] as const

describe.each(LIVES)('a configuration %s, though functions fail by', (_name, config, end) => {
  it.each(STEP_FAULT_KINDS)('%s', { timeout: 60_000 }, async (kind) => {
    const ofKind = cellsOf(await knownSteps(config, end)).filter((cell: StepFault) => cell.kind === kind)
    expect(ofKind.length).toBeGreaterThan(0)
    figures.cell(ofKind.length)
    for (const group of inGroups(ofKind))
      await runCells(group, async (faults, restSeconds) =>
        figures.run(await configureThrough(config, end, { steps: faults }, { seed: SEED, restSeconds })),
      )
  })
})

async function knownSteps(config: Readonly<Record<string, string>>, end: 'Succeeded' | 'Failed') {
  const found = new Map<string, KnownStep>()
  await configureThrough(
    config,
    end,
    {},
    {
      seed: SEED,
      onStepEffect: ({ step, nodeId }, _effect, number) => {
        const key = `${step}/${nodeId}`
        found.set(key, { step, nodeId, effects: Math.max(number, found.get(key)?.effects ?? 0) })
      },
    },
  )
  return [...found.values()]
}
