import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createEngine } from '../../../local/asl/engine.ts'
import { createMemoryJournal } from '../../../local/asl/journal.ts'
import { DefinitionRefused } from '../../../local/asl/load.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import type { Json } from '../../../shared/ports/store.ts'

/** Recordings of what the real service answered; they lie beside the checkout and are not part of it. */
const folder = path.resolve(import.meta.dirname, '../../../../shared/asl-conformance')
const isHere = existsSync(path.join(folder, 'cases.jsonl'))
if (!isHere) console.warn(`States Language conformance is not tested: there are no recordings in ${folder}`)

const recording = z.object({
  name: z.string(),
  definition: z.json(),
  input: z.json(),
  expected: z.object({ type: z.string(), output: z.json().optional(), error: z.string().optional() }),
  statesEntered: z.array(z.string()),
})

/** Recordings with a state in JSONPath, and the part of them that must be named when they are refused. */
const REFUSED: Readonly<Record<string, string>> = {
  'TestMixedQueryLanguageFlow::test_variable_sampling[JSONATA_ASSIGN_JSONPATH_REF]#1':
    "state 'JSONataState': QueryLanguage JSONPath is not supported",
  'TestMixedQueryLanguageFlow::test_output_to_state[JSONPATH_OUTPUT_TO_JSONATA]#1':
    "state 'JSONataState': QueryLanguage JSONPath is not supported",
  'TestBaseScenarios::test_choice_unsorted_parameters_negative[CHOICE_STATE_UNSORTED_CHOICE_PARAMETERS_JSONATA]#1':
    "state 'FinishTrue': QueryLanguage JSONPath is not supported",
  'TestBaseScenarios::test_choice_condition_constant_jsonata#1':
    "state 'ConditionTrue': QueryLanguage JSONPath is not supported",
  'TestBaseScenarios::test_choice_aws_docs_scenario[CHOICE_STATE_AWS_SCENARIO_JSONATA]#1':
    "state 'Public': QueryLanguage JSONPath is not supported",
}

/** The recordings hold the word `date` wherever the service gave a time back. */
function withoutTimes(value: Json): Json {
  if (typeof value === 'string') return /^\d{4}-\d{2}-\d{2}T/.test(value) ? 'date' : value
  if (Array.isArray(value)) return value.map(withoutTimes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutTimes(member ?? null)]))
}

async function runOnce(definition: Json, input: Json) {
  const clock = createVirtualClock()
  const engine = createEngine({
    definitions: { recorded: definition },
    journal: createMemoryJournal(),
    clock,
    invoke: () => Promise.reject(new Error('the recordings call no function')),
  })
  await engine.start({ stateMachine: 'recorded', name: 'run', input })
  await clock.runUntil(engine.ended('run'))
  return engine.history('run')
}

describe.skipIf(!isHere)('the recordings of the service', () => {
  const cases = isHere
    ? readFileSync(path.join(folder, 'cases.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => recording.parse(JSON.parse(line)))
    : []

  test('hold every case that is expected to be refused', () => {
    expect(cases.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(REFUSED)))
  })

  test.for(cases.filter(({ name }) => name in REFUSED))('$name is refused by name', ({ name, definition, input }) =>
    expect(runOnce(definition, input)).rejects.toSatisfy(
      (error) =>
        error instanceof DefinitionRefused && error.reasons.some((reason) => reason.startsWith(REFUSED[name] ?? '?')),
    ),
  )

  test.for(cases.filter(({ name }) => !(name in REFUSED)))(
    '$name ends as on the service',
    async ({ definition, input, expected, statesEntered }) => {
      const history = await runOnce(definition, input)
      const last = history.at(-1)
      expect(last?.type).toBe(expected.type)
      if (expected.output !== undefined) expect(withoutTimes(last?.details.output ?? null)).toEqual(expected.output)
      if (expected.error !== undefined) expect(last?.details.error).toBe(expected.error)
      const entered = history.filter(({ type }) => type.endsWith('StateEntered')).map(({ details }) => details.name)
      expect(entered).toEqual(statesEntered)
    },
  )
})
