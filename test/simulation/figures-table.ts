import { z } from 'zod'

/** What tests of the simulation ran, about an operation or about all of them. */
export const SimulationFigures = z.object({
  about: z.string(),
  cells: z.int(),
  deaths: z.int(),
  faults: z.int(),
  walks: z.int(),
  runs: z.int(),
  virtualSeconds: z.number(),
})
export type SimulationFigures = z.output<typeof SimulationFigures>

/** Nothing was run. */
export const NO_FIGURES: SimulationFigures = {
  about: '',
  cells: 0,
  deaths: 0,
  faults: 0,
  walks: 0,
  runs: 0,
  virtualSeconds: 0,
}

/** The sum of two, about what the first is about. */
export function addUp(a: SimulationFigures, b: SimulationFigures): SimulationFigures {
  return {
    about: a.about,
    cells: a.cells + b.cells,
    deaths: a.deaths + b.deaths,
    faults: a.faults + b.faults,
    walks: a.walks + b.walks,
    runs: a.runs + b.runs,
    virtualSeconds: a.virtualSeconds + b.virtualSeconds,
  }
}

/** How a test went, with what it ran. */
export interface TestedFigures {
  readonly passed: boolean
  readonly figures: SimulationFigures
}

const COLUMNS = ['cells', 'deaths', 'faults', 'walks', 'runs'] as const

/** One row for each thing that tests were about, and their sum: for whoever wants to know what was tried. */
export function figuresTable(tests: readonly TestedFigures[]): string {
  const about = [...new Set(tests.map(({ figures }) => figures.about))]
  const row = (name: string, of: readonly TestedFigures[]): readonly string[] => {
    const sum = of.reduce((total, { figures }) => addUp(total, figures), NO_FIGURES)
    const failed = of.filter(({ passed }) => !passed).length
    const counts = COLUMNS.map((column) => String(sum[column]))
    return [name, ...counts, (sum.virtualSeconds / 3600).toFixed(1), failed === 0 ? 'all green' : `${failed} FAILED`]
  }
  const rows = [
    ['simulation', ...COLUMNS, 'virtual hours', ''],
    ...about.map((name) =>
      row(
        name,
        tests.filter(({ figures }) => figures.about === name),
      ),
    ),
    row('all', tests),
  ]
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)))
  const isText = (column: number) => column === 0 || column === widths.length - 1
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => cell[isText(column) ? 'padEnd' : 'padStart'](widths[column] ?? 0)).join('  ')
  return rows.map((cells) => line(cells).trimEnd()).join('\n')
}
