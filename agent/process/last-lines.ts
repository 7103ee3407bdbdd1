import { readForeign } from '../foreign-file.ts'
import { redact } from '../redact.ts'

// A report holds 50 lines: the end of the log, what the JVM printed, and failures that the end of the log does not show any
// more, because a Kafka that cannot start says a lot on its way out.
const keptLines = 30
const keptOutputLines = 10
const keptFailureLines = 10
const lineCharacters = 1000

const entry = /^\[[^\]]*\] (\w+) /u
const failureLevels = new Set(['ERROR', 'FATAL'])

/** Kafka's last words of one run, from its log and from what the JVM printed. */
export interface LastLines {
  add(lines: readonly string[]): void
  clear(): void
  /** Newest last. */
  read(): Promise<readonly string[]>
  /** Those which say what went wrong; where none does, the last of all. */
  failures(): Promise<readonly string[]>
}

/** Collects last lines; the JVM's output is read from its file when somebody asks. */
export function createLastLines(outputFile: string): LastLines {
  let logged: readonly string[] = []
  let failed: readonly string[] = []
  let isInFailure = false

  function addLine(line: string): void {
    const level = entry.exec(line)?.[1]
    // The lines of a stack trace have no level of their own. Where in the code something happened helps nobody here.
    isInFailure = level === undefined ? isInFailure : failureLevels.has(level)
    if (isInFailure && line.trim() !== '' && !/^\s+(?:at|\.\.\.) /u.test(line)) {
      failed = [...failed, line].slice(-keptFailureLines)
    }
  }

  async function printed(): Promise<readonly string[]> {
    const lines = (await readForeign(outputFile))?.split('\n').filter((line) => line.trim() !== '') ?? []
    return lines.slice(-keptOutputLines)
  }

  return {
    add(lines) {
      for (const line of lines) addLine(line)
      if (lines.length > 0) logged = [...logged, ...lines].slice(-keptLines)
    },
    clear() {
      logged = []
      failed = []
      isInFailure = false
    },
    async read() {
      return [...(await printed()), ...failed.filter((line) => !logged.includes(line)), ...logged].map(presentable)
    },
    async failures() {
      const output = await printed()
      const words = [failed, output, logged].find((lines) => lines.length > 0) ?? []
      return words.slice(-keptFailureLines).map(presentable)
    },
  }
}

const presentable = (line: string): string => redact(line).slice(0, lineCharacters)
