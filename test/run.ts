import { spawn } from 'node:child_process'
import { mkdtemp, open, readdir, readFile, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { figuresReport } from './simulation/figures-report.ts'
import { type FailedTest, failuresReport, readTestRun, slowestReport, type TestRun } from './vitest-report.ts'

/**
 * System tests that bear to run beside those with clusters of Weir's: single hosts and brokers, clusters without a control
 * plane, emulators, files. With the simulation they take about as long as the others.
 */
const BESIDE_CLUSTERS: ReadonlySet<string> = new Set([
  'agent-host',
  'asl-cli',
  'asl-kill',
  'assembly-breaks',
  'demo',
  'deployed-functions',
  'dynamo-lost-answer',
  'dynamo-store',
  'host-boot',
  'host-fleet',
  'failed-create',
  'host-power',
  'host-volume',
  'iam-evaluators',
  'kafka-adapter',
  'kafka-class-archive',
  'kafka-config-keys',
  'kafka-fetch',
  'kafka-templates',
  'names-and-entries',
  'openapi-fuzz',
  'preflight',
  'rebalance',
  'sqlite-processes',
  'template-lint',
])

/** In one process: its files share what they load, and the clusters that their lives begin with. */
const SIMULATION = ['--project', 'simulation', '--no-isolate']

/** Two clusters of up to six small brokers each, two runs of vitest, and the file cache that keeps them quick. */
const LEAST_BYTES_FOR_TWO_LANES = 8 * 1024 ** 3

/** How many of the slowest files are named at the end. */
const SLOWEST_FILES = 20

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

/** Runs tests and reads how they went. */
async function runTests(folder: string, name: string, args: readonly string[], wordsFile?: string): Promise<TestRun> {
  const reportFile = join(folder, `${name}.json`)
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`]
  return readTestRun(name, reportFile, await run(['vitest', 'run', ...reporters, ...args], wordsFile))
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
 * end stand what the simulation tried, what took longest and once more what failed. The last line is plain, for whoever
 * counts; a check that fails counts as a failed test.
 */
async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'))
  const args = process.argv.slice(2)
  // Each release is fetched once, and prepared so that its brokers start on a third less of processor time.
  const failed: FailedTest[] = []
  for (const command of [['biome', 'ci', '.'], ['tsc'], ['node', 'agent/kafka/prepare.ts']]) {
    const code = await run(command)
    if (code !== 0) failed.push({ file: command.join(' '), name: 'the check', message: `exit code ${code}` })
  }
  const tests = (name: string, chosen: readonly string[], wordsFile?: string) =>
    runTests(folder, name, [...chosen, ...args], wordsFile)
  const runs = [await tests('unit', ['--project', 'unit', `--maxWorkers=${availableParallelism()}`])]
  const [clusters = [], beside = []] = await systemLanes(args)
  if (beside.length === 0) {
    runs.push(await tests('simulation', SIMULATION), await tests('system', ['--project', 'system']))
  } else {
    const words = join(folder, 'words')
    const other = async () => {
      const simulation = await tests('simulation', SIMULATION, words)
      return [simulation, await tests('beside', ['--project', 'system', ...beside], words)]
    }
    const [ofClusters, ofOther] = await Promise.all([tests('clusters', ['--project', 'system', ...clusters]), other()])
    process.stdout.write(await readFile(words, 'utf8'))
    runs.push(ofClusters, ...ofOther)
  }
  process.stdout.write(await figuresReport(join(folder, 'simulation.json')))
  // What the functions weigh and how long they take to start: printed here, where nothing else runs, and judged by nobody.
  await run(['node', 'infra/bundles/main.ts', '--rounds', '3'])
  await rm(folder, { recursive: true, force: true })
  process.stdout.write(
    slowestReport(
      runs.flatMap(({ files }) => files),
      SLOWEST_FILES,
    ),
  )
  failed.push(...runs.flatMap((one) => one.failed))
  process.stdout.write(failuresReport(failed))
  const sum = (part: 'passed' | 'skipped') => runs.reduce((total, one) => total + one[part], 0)
  const skipped = sum('skipped')
  process.stdout.write(`${sum('passed')} passed, ${failed.length} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
  process.exit(failed.length > 0 ? 1 : 0)
}

await main()
