import { rename } from 'node:fs/promises'
import type { Clock } from '../../shared/ports/clock.ts'
import { type Bell, createBell } from '../bell.ts'
import type { StateFile } from '../state-file.ts'
import { afterLogLines } from './after-log-lines.ts'
import { createLastLines } from './last-lines.ts'
import { endOfLog, type LogPosition, readOn } from './log-tail.ts'
import type { Exit, OperatingSystem } from './operating-system.ts'
import { afterExit, afterMending, afterStart, afterStopAsked, noProcess, type ProcessRecord } from './process-record.ts'

/** What the supervision of Kafka needs. */
export interface KafkaProcessParts {
  readonly bootId: string
  readonly os: OperatingSystem
  readonly clock: Clock
  readonly recordFile: StateFile<ProcessRecord>
  readonly logFile: string
  readonly outputFile: string
  /** Arguments that only this host's Kafka has, to find one whose start could not be written down. */
  readonly mark: readonly string[]
  /** Called after each change of the record. */
  readonly onChange: (record: ProcessRecord) => void
}

/** What a start takes beside the command. */
export interface StartRequest {
  readonly command: readonly string[]
  readonly kafkaVersion: string
  readonly restartNonce: number
}

/** The Kafka process of this host. It lives on when the agent ends; the next agent adopts it. */
export interface KafkaProcess {
  record(): ProcessRecord
  /** Kafka's own last lines of its current or last run, newest last. */
  lastLines(): Promise<readonly string[]>
  /** Those of them that say what went wrong. */
  failures(): Promise<readonly string[]>
  start(request: StartRequest): Promise<void>
  terminate(): Promise<void>
  kill(): void
  /** A start that waits after failures need not wait any longer: what made it fail may be mended. */
  retryAtOnce(): Promise<void>
  /** Follows the process and its log until the signal aborts. */
  watch(signal: AbortSignal): Promise<void>
  /** Resolves when no process is left, at the latest after `milliseconds`; tells whether none is left. */
  ended(milliseconds: number): Promise<boolean>
}

// A state that changes by itself soon is looked at often, because somebody waits for it.
const changingPollMilliseconds = 100
const steadyPollMilliseconds = 1000

/** Takes up the supervision where the agent before this one left it. */
export async function openKafkaProcess(parts: KafkaProcessParts): Promise<KafkaProcess> {
  const { os, clock, recordFile, logFile, outputFile } = parts
  const bell: Bell = createBell(clock)
  const recent = createLastLines(outputFile)
  const written = await recordFile.read()
  let record: ProcessRecord = written?.bootId === parts.bootId ? written : noProcess(parts.bootId)
  let position: LogPosition | undefined = record.logStart
  // Only of a process that this agent started: how an adopted one ends, nobody learns.
  let ownExit: Promise<Exit> | undefined
  let exit: Exit | undefined
  let writing: Promise<void> = Promise.resolve()

  async function change(next: ProcessRecord): Promise<void> {
    if (JSON.stringify(next) === JSON.stringify(record)) return
    record = next
    // One write at a time, in the order of the changes.
    writing = writing.then(() => recordFile.write(next))
    await writing
    parts.onChange(next)
  }

  async function follow(): Promise<void> {
    if (position === undefined) return
    const part = await readOn(logFile, position)
    position = part.position
    recent.add(part.lines)
    if (record.identity !== undefined) await change(afterLogLines(record, part.lines, clock.now()))
  }

  async function look(): Promise<void> {
    const { identity } = record
    if (identity !== undefined && exit === undefined && ownExit === undefined && !os.isAlive(identity)) {
      exit = { code: null, signal: null }
    }
    const ending = exit
    await follow()
    if (ending === undefined || record.identity === undefined) return
    exit = undefined
    ownExit = undefined
    await change(afterExit(record, ending, clock.now()))
  }

  async function start({ command, kafkaVersion, restartNonce }: StartRequest): Promise<void> {
    await rename(outputFile, `${outputFile}.previous`).catch(() => undefined)
    recent.clear()
    position = await endOfLog(logFile)
    const stray = os.find(parts.mark)
    const launched = stray === undefined ? await launch(command) : undefined
    const identity = stray ?? launched?.identity
    if (identity !== undefined) {
      await change(afterStart(record, { identity, kafkaVersion, restartNonce, logStart: position }, clock.now()))
    }
    bell.ring()
  }

  async function launch(command: readonly string[]) {
    const launched = await os.launch(command, outputFile)
    ownExit = launched.ended
    launched.ended.then((how) => {
      exit = how
      bell.ring()
    })
    return launched
  }

  return {
    record: () => record,
    lastLines: () => recent.read(),
    failures: () => recent.failures(),
    start,
    async terminate() {
      if (record.identity === undefined) return
      await change(afterStopAsked(record, clock.now()))
      os.signal(record.identity, 'SIGTERM')
      bell.ring()
    },
    kill() {
      if (record.identity !== undefined) os.signal(record.identity, 'SIGKILL')
    },
    retryAtOnce: () => change(afterMending(record)),
    async watch(signal) {
      while (!signal.aborted) {
        await look()
        const isSteady = record.state === 'Running' || record.identity === undefined
        await bell.wait(isSteady ? steadyPollMilliseconds : changingPollMilliseconds, signal)
      }
    },
    async ended(milliseconds) {
      const until = clock.now() + milliseconds
      for (;;) {
        await look()
        if (record.identity === undefined) return true
        if (clock.now() >= until) return false
        await clock.sleep(changingPollMilliseconds)
      }
    },
  }
}
