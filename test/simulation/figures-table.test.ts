import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { figuresReport } from './figures-report.ts'
import { NO_FIGURES } from './figures-table.ts'

async function reportOf(assertionResults: readonly object[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-figures-'))
  try {
    const file = join(folder, 'simulation.json')
    await writeFile(file, JSON.stringify({ testResults: [{ assertionResults }] }))
    return await figuresReport(file)
  } finally {
    await rm(folder, { recursive: true })
  }
}

it('the table of figures has a row for each operation, their sum, and says where tests failed', async () => {
  const tested = (about: string, status: string, more: object) => ({
    status,
    meta: { simulation: { ...NO_FIGURES, about, ...more } },
  })
  const text = await reportOf([
    tested('createCluster', 'passed', { cells: 300, deaths: 200, runs: 160, virtualSeconds: 7200 }),
    tested('repairBrokers', 'passed', { cells: 100, runs: 40, virtualSeconds: 3600 }),
    tested('repairBrokers', 'failed', { walks: 7, runs: 7 }),
    { status: 'passed', meta: {} },
  ])
  expect(text.split('\n')).toEqual([
    'simulation     cells  deaths  faults  walks  runs  virtual hours',
    'createCluster    300     200       0      0   160            2.0  all green',
    'repairBrokers    100       0       0      7    47            1.0  1 FAILED',
    'all              400     200       0      7   207            3.0  1 FAILED',
    '',
  ])
})

it('no table is printed where no simulation ran', async () => {
  expect(await reportOf([])).toBe('')
  expect(await figuresReport('/nonexistent/simulation.json')).toBe('')
})
