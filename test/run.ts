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

/** Runs a command of node_modules in this terminal and gives its exit code. */
function run(command: string, ...args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(join('node_modules', '.bin', command), args, { stdio: 'inherit' })
    child.on('exit', (code) => resolve(code ?? 1))
    child.on('error', () => resolve(1))
  })
}

/**
 * `npm test`: format, lint, types, then every test, real brokers included. The last line is plain, for whoever counts: a
 * check that fails, or a test file that could not even be loaded, counts as one failed test.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'))
  const report = join(folder, 'report.json')
  // Each release is fetched once, and prepared so that its brokers start on a third less of processor time.
  const checks = [await run('biome', 'ci', '.'), await run('tsc'), await run('node', 'agent/kafka/prepare.ts')]
  const tests = await run(
    'vitest',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  )
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = Report.parse(
    JSON.parse(await readFile(report, 'utf8')),
  )
  const unloaded = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  )
  const failedChecks = checks.filter((code) => code !== 0).length
  const failed = numFailedTests + unloaded.length + failedChecks
  await rm(folder, { recursive: true, force: true })
  process.stdout.write(
    `${numPassedTests} passed, ${failed} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}\n`,
  )
  process.exit(failed > 0 || tests !== 0 ? 1 : 0)
}

await main()
