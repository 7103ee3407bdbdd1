import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { z } from 'zod'

/** What vitest's JSON report says in the end. */
const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  numPendingTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      startTime: z.number(),
      endTime: z.number(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()).default([]) }),
      ),
    }),
  ),
})

/** A test that failed, or a file that could not be loaded, with the first lines of what was thrown. */
export interface FailedTest {
  readonly file: string
  readonly name: string
  readonly message: string
}

/** How the tests of a run of vitest went. */
export interface TestRun {
  readonly passed: number
  readonly failed: readonly FailedTest[]
  readonly skipped: number
  /** How long each file took, in seconds. */
  readonly files: readonly { readonly file: string; readonly seconds: number }[]
}

/** A simulation adds its whole trace to what it throws; the whole message stands where the test ran. */
const MESSAGE_LINES = 12

/** Reads a report; a run that ends badly without a failed test, or leaves no report, counts as one. */
export async function readTestRun(name: string, reportFile: string, exitCode: number): Promise<TestRun> {
  const outright = (message: string): FailedTest => ({ file: name, name: 'the run as a whole', message })
  const text = await readFile(reportFile, 'utf8').catch(() => undefined)
  if (text === undefined)
    return { passed: 0, failed: [outright(`no report, exit code ${exitCode}`)], skipped: 0, files: [] }
  const report = Report.parse(JSON.parse(text))
  const failed = report.testResults.flatMap((result): FailedTest[] => {
    const file = relative(process.cwd(), result.name)
    if (result.status === 'failed' && result.assertionResults.length === 0)
      return [{ file, name: 'could not be loaded', message: firstLines(result.message) }]
    return result.assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => ({
        file,
        name: fullName,
        message: firstLines(failureMessages.join('\n')),
      }))
  })
  return {
    passed: report.numPassedTests,
    failed: failed.length === 0 && exitCode !== 0 ? [outright(`exit code ${exitCode}`)] : failed,
    skipped: report.numPendingTests,
    files: report.testResults.map(({ name: path, startTime, endTime }) => ({
      file: relative(process.cwd(), path),
      seconds: (endTime - startTime) / 1000,
    })),
  }
}

/** The failed tests of all runs once more, so that who sees only the end of the output learns what is wrong. */
export function failuresReport(failed: readonly FailedTest[]): string {
  return failed.map(({ file, name, message }) => `FAILED ${file}: ${name}\n${indented(message)}\n`).join('')
}

/** The files that took longest: where time can be won. */
export function slowestReport(files: TestRun['files'], most: number): string {
  const slowest = files.toSorted((one, other) => other.seconds - one.seconds).slice(0, most)
  return slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}\n`).join('')
}

const firstLines = (message: string) => message.split('\n').slice(0, MESSAGE_LINES).join('\n')
const indented = (message: string) =>
  message
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
