import type { StreamCheck } from './check.ts'
import { commandLine } from './options.ts'
import { LogFailure } from './partition-log.ts'
import { progressText, reportText } from './report-text.ts'
import { type StreamCheckInput, startStreamCheck } from './start.ts'

/** How often a person is told how far it is. */
const PROGRESS_MILLISECONDS = 10_000

/** What a shell says of a process that ended by SIGINT. */
const EXIT_INTERRUPTED = 130

/** The terminal sends Ctrl-C to this process and to npm, which sends it here once more: within this time it is the same. */
const SAME_SIGNAL_MILLISECONDS = 1000

process.exitCode = await main()

async function main(): Promise<number> {
  const line = commandLine(process.argv.slice(2), process.env)
  if ('exitCode' in line) return line.exitCode
  const { input, output } = line
  const say = (text: string): void => {
    process.stderr.write(`${text}\n`)
  }
  // From the very beginning, so that no signal finds nobody at home.
  const asked = askedToEnd()
  const check = await start(input)
  if (check === undefined) return 2
  const end = (): void => {
    say('Ending: reading everything from the beginning.')
    check.stop().catch(() => undefined)
  }
  if (asked.aborted) end()
  else asked.addEventListener('abort', end)
  say(`Writing to ${input.topics.join(', ')}. Ctrl-C ends it with the report.`)
  const timer = setInterval(() => say(progressText(check.progress())), PROGRESS_MILLISECONDS)
  const report = await check.ended
  clearInterval(timer)
  process.stdout.write(output === 'json' ? `${JSON.stringify(report)}\n` : reportText(report))
  return report.held ? 0 : 1
}

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process, for who will not wait for the report. */
function askedToEnd(): AbortSignal {
  const asked = new AbortController()
  let firstAt = 0
  const onSignal = (): void => {
    if (!asked.signal.aborted) {
      firstAt = performance.now()
      asked.abort()
    } else if (performance.now() - firstAt > SAME_SIGNAL_MILLISECONDS) {
      process.exit(EXIT_INTERRUPTED)
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal)
  return asked.signal
}

async function start(input: StreamCheckInput): Promise<StreamCheck | undefined> {
  try {
    return await startStreamCheck(input)
  } catch (error) {
    if (!(error instanceof LogFailure)) throw error
    process.stderr.write(`The check could not start: ${error.kind}\n`)
    return undefined
  }
}
