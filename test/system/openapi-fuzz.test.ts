import { beforeAll, describe, expect, it } from 'vitest'
import { ROUTE_NAMES } from '../../shared/contract/routes.ts'
import { pythonEnvironment } from '../emulator/python-environment.ts'
import { runSchemathesis } from './openapi-fuzz/run-schemathesis.ts'
import { type SimulatedApi, serveSimulatedApi } from './openapi-fuzz/simulated-api.ts'
import { makeStanding } from './openapi-fuzz/standing.ts'

/** All but `getOpenApi`, which schemathesis asks before it begins, and then takes out. */
const OPERATIONS = ROUTE_NAMES.length - 1

/** Sequences are made up at random: few of them do not come by every operation. */
const FEWEST_IN_SEQUENCES = 10

/** Fewer prove nothing; how many it makes is in schemathesis.toml. */
const FEWEST_CASES = 100

// Once for both runs.
beforeAll(async () => {
  await pythonEnvironment('schemathesis')
})

// At the same time: each of them keeps one core busy.
describe.concurrent('the API answers as its OpenAPI document says', () => {
  it.each([
    ['to requests that fit the document and to those that do not', ['examples', 'coverage', 'fuzzing'], OPERATIONS],
    ['to requests that follow from the answers to others', ['stateful'], FEWEST_IN_SEQUENCES],
  ])('%s', async (_which, phases, fewestOperations) => {
    const api = await serveSimulatedApi()
    try {
      const token = await api.token('acme')
      const report = await runSchemathesis(api, token, await makeStanding(api, token), phases)
      const { operations, test_cases: cases, failures, errors, output } = report
      process.stdout.write(`OpenAPI fuzzing, ${phases.join(', ')}: ${figures(report)}; ${accepted(api)}\n`)
      expect(failures, output).toEqual([])
      expect(errors, output).toEqual([])
      expect(operations.total).toBe(OPERATIONS)
      expect(operations.tested).toBeGreaterThanOrEqual(fewestOperations)
      expect(phases.map((phase) => report.phases[phase]?.status)).toEqual(phases.map(() => 'success'))
      expect(cases.generated).toBeGreaterThan(FEWEST_CASES)
      // Throws what was violated meanwhile in the world behind the API, with its trace.
      await api.world.pass(0)
    } finally {
      await api.close()
    }
  })
})

type Report = Awaited<ReturnType<typeof runSchemathesis>>

function figures({ operations, test_cases: cases, filtered }: Report): string {
  return `${cases.generated} cases on ${operations.tested} operations, ${filtered} refusals let through by name`
}

function accepted({ world }: SimulatedApi): string {
  const kinds = Map.groupBy(world.facts.operations.values(), ({ type, state }) => `${type} ${state}`)
  return [...kinds].map(([kind, of]) => `${of.length} ${kind}`).join(', ')
}
