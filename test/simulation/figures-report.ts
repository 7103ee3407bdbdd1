import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { figuresTable, SimulationFigures } from './figures-table.ts'

/** The part of vitest's JSON report that carries figures. */
const Report = z.object({
  testResults: z.array(
    z.object({
      assertionResults: z.array(
        z.object({ status: z.string(), meta: z.object({ simulation: SimulationFigures.optional() }).optional() }),
      ),
    }),
  ),
})

/** The table of what the simulation tried, from the report of its tests; nothing where there is no report. */
export async function figuresReport(reportFile: string): Promise<string> {
  const text = await readFile(reportFile, 'utf8').catch(() => undefined)
  if (text === undefined) return ''
  const tests = Report.parse(JSON.parse(text)).testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ status, meta }) =>
      meta?.simulation ? [{ passed: status === 'passed', figures: meta.simulation }] : [],
    ),
  )
  return tests.length === 0 ? '' : `${figuresTable(tests)}\n`
}
