import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/** What vitest's JSON report says in the end. */
const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
})

/** How the tests of a project went. */
interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Runs a command of node_modules in this terminal and gives its exit code. */
function run(command: string, ...args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(join('node_modules', '.bin', command), args, { stdio: 'inherit' })
    child.on('exit', (code) => resolve(code ?? 1))
    child.on('error', () => resolve(1))
  })
}

/** Runs one project of the tests and counts; a file that could not even be loaded counts as one failed test. */
async function runProject(project: string, folder: string, args: readonly string[]): Promise<Counts> {
  const file = join(folder, `${project}.json`)
  const code = await run(
    'vitest',
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    ...args,
  )
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 }
  const report = Report.parse(JSON.parse(text))
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failed = report.numFailedTests + unloaded.length
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: report.numPendingTests,
  }
}

/**
 * `npm test`: format, lint, types, then every test, real brokers included. The fast tests come first and by themselves, so
 * that the brokers have both cores. The last line is plain, for whoever counts; a check that fails counts as a failed test.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'))
  const args = process.argv.slice(2)
  // Each release is fetched once, and prepared so that its brokers start on a third less of processor time.
  const checks = [await run('biome', 'ci', '.'), await run('tsc'), await run('node', 'agent/kafka/prepare.ts')]
  const counts: Counts[] = []
  for (const project of ['unit', 'simulation', 'system']) counts.push(await runProject(project, folder, args))
  await rm(folder, { recursive: true, force: true })
  const sum = (part: keyof Counts) => counts.reduce((total, count) => total + count[part], 0)
  const failed = checks.filter((code) => code !== 0).length + sum('failed')
  const skipped = sum('skipped')
  process.stdout.write(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  process.exit(failed > 0 ? 1 : 0)
}

await main()
