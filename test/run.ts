import { spawn } from 'node:child_process'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { figuresReport } from './simulation/figures-report.ts'

/** What vitest's JSON report says in the end. */
const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(z.object({ status: z.string(), assertionResults: z.array(z.unknown()) })),
})

/** How the tests of a run of vitest went. */
interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * System tests that bear to run beside those with clusters of Weir's: single hosts and brokers, clusters without a control
 * plane, emulators, files. With the simulation they take about as long as the others.
 */
const BESIDE_CLUSTERS: ReadonlySet<string> = new Set([
  'asl-cli',
  'asl-kill',
  'deployed-functions',
  'dynamo-lost-answer',
  'dynamo-store',
  'host-boot',
  'host-fleet',
  'failed-create',
  'feature-levels',
  'host-power',
  'host-volume',
  'kafka-adapter',
  'kafka-class-archive',
  'kafka-config-keys',
  'kafka-fetch',
  'kafka-templates',
  'sqlite-processes',
  'template-lint',
])

/** Two clusters of up to six small brokers each, two runs of vitest, and the file cache that keeps them quick. */
const LEAST_BYTES_FOR_TWO_LANES = 8 * 1024 ** 3

/** Runs a command of node_modules and gives its exit code; its words go to the terminal, or into a file. */
async function run(command: readonly string[], wordsFile?: string): Promise<number> {
  const [program = '', ...args] = command
  const file = wordsFile === undefined ? undefined : await open(wordsFile, 'a')
  const words = file?.fd ?? 'inherit'
  const child = spawn(join('node_modules', '.bin', program), args, { stdio: ['inherit', words, words] })
  const code = await new Promise<number>((resolve) => {
    child.on('exit', (exitCode) => resolve(exitCode ?? 1))
    child.on('error', () => resolve(1))
  })
  await file?.close()
  return code
}

/** Runs tests and counts; a file that could not even be loaded counts as one failed test. */
async function runTests(reportFile: string, args: readonly string[], wordsFile?: string): Promise<Counts> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  const code = await run(['vitest', 'run', ...reporters, ...args], wordsFile)
  const text = await readFile(reportFile, 'utf8').catch(() => undefined)
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

/** The system tests in two parts; one part is empty where the machine is too small for two, or a caller chose the tests. */
async function systemLanes(args: readonly string[]): Promise<readonly (readonly string[])[]> {
  if (args.length > 0 || availableParallelism() < 2 || totalmem() < LEAST_BYTES_FOR_TWO_LANES) return [[], []]
  const names = (await readdir(join('test', 'system'))).flatMap((file) => file.match(/^(.+)\.test\.ts$/u)?.[1] ?? [])
  const fileOf = (name: string) => join('test', 'system', `${name}.test.ts`)
  return [
    names.filter((name) => !BESIDE_CLUSTERS.has(name)).map(fileOf),
    names.filter((name) => BESIDE_CLUSTERS.has(name)).map(fileOf),
  ]
}

/**
 * `npm test`: format, lint, types, then every test, real brokers included. The fast tests come first and by themselves.
 * Then clusters have one core, and the simulation and the smaller system tests the other: both wait a lot. At the
 * end stands what the simulation tried. The last line is plain, for whoever counts; a check that fails counts as a failed test.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'))
  const args = process.argv.slice(2)
  // Each release is fetched once, and prepared so that its brokers start on a third less of processor time.
  const checks = [await run(['biome', 'ci', '.']), await run(['tsc']), await run(['node', 'agent/kafka/prepare.ts'])]
  const tests = (name: string, chosen: readonly string[], wordsFile?: string) =>
    runTests(join(folder, `${name}.json`), [...chosen, ...args], wordsFile)
  const counts = [await tests('unit', ['--project', 'unit', `--maxWorkers=${availableParallelism()}`])]
  const [clusters = [], beside = []] = await systemLanes(args)
  if (beside.length === 0) {
    counts.push(await tests('simulation', ['--project', 'simulation']), await tests('system', ['--project', 'system']))
  } else {
    const words = join(folder, 'words')
    const other = async () => {
      const simulation = await tests('simulation', ['--project', 'simulation'], words)
      return [simulation, await tests('beside', ['--project', 'system', ...beside], words)]
    }
    const [ofClusters, ofOther] = await Promise.all([tests('clusters', ['--project', 'system', ...clusters]), other()])
    process.stdout.write(await readFile(words, 'utf8'))
    counts.push(ofClusters, ...ofOther)
  }
  process.stdout.write(await figuresReport(join(folder, 'simulation.json')))
  // What the functions weigh and how long they take to start: printed here, where nothing else runs, and judged by nobody.
  await run(['node', 'infra/bundles/main.ts', '--rounds', '3'])
  await rm(folder, { recursive: true, force: true })
  const sum = (part: keyof Counts) => counts.reduce((total, count) => total + count[part], 0)
  const failed = checks.filter((code) => code !== 0).length + sum('failed')
  const skipped = sum('skipped')
  process.stdout.write(`${sum('passed')} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  process.exit(failed > 0 ? 1 : 0)
}

await main()
