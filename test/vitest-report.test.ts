import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { failuresReport, readTestRun, slowestReport } from './vitest-report.ts'

const file = { message: '', startTime: 1000, endTime: 3500 }
const passed = { fullName: 'goes well', status: 'passed', failureMessages: [] }

describe('the report of a run of tests', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-report-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  async function readRun(testResults: readonly object[], exitCode = 1) {
    const path = join(folder, 'report.json')
    const counts = { numTotalTests: 2, numPassedTests: 1, numFailedTests: 1, numPendingTests: 1 }
    await writeFile(path, JSON.stringify({ ...counts, testResults }))
    return readTestRun('unit', path, exitCode)
  }

  it('names each failed test with its file and the beginning of what it threw', async () => {
    const message = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
    const failed = { fullName: 'a cluster > comes up', status: 'failed', failureMessages: [message] }
    const name = join(process.cwd(), 'test/a.test.ts')
    const run = await readRun([{ ...file, name, status: 'failed', assertionResults: [passed, failed] }])
    expect(run).toMatchObject({ passed: 1, skipped: 1, files: [{ file: 'test/a.test.ts', seconds: 2.5 }] })
    const report = failuresReport(run.failed)
    expect(report).toContain('FAILED test/a.test.ts: a cluster > comes up\n  line 0\n  line 1\n')
    expect(report).not.toContain('line 39')
  })

  it('counts a file that cannot be loaded, and says why', async () => {
    const unloaded = { ...file, name: '/b.test.ts', status: 'failed', message: 'no such module', assertionResults: [] }
    expect((await readRun([unloaded])).failed).toMatchObject([
      { name: 'could not be loaded', message: 'no such module' },
    ])
  })

  it('counts a run that ends badly although no test failed, or that leaves no report', async () => {
    const well = { ...file, name: '/a.test.ts', status: 'passed', assertionResults: [passed] }
    expect((await readRun([well], 0)).failed).toEqual([])
    expect((await readRun([well], 1)).failed).toMatchObject([{ file: 'unit', message: 'exit code 1' }])
    expect((await readTestRun('unit', join(folder, 'absent.json'), 137)).failed).toMatchObject([{ file: 'unit' }])
  })

  it('names the slowest files first', () => {
    const files = [
      { file: 'fast', seconds: 1 },
      { file: 'slow', seconds: 60 },
      { file: 'middling', seconds: 5 },
    ]
    expect(slowestReport(files, 2)).toBe('   60.0 s  slow\n    5.0 s  middling\n')
  })
})
