import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { readAgentConfig } from '../../agent/config.ts'
import { kafkaFiles } from '../../agent/kafka-files.ts'
import { endOfLog, readOn } from '../../agent/process/log-tail.ts'
import { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { readLogLine } from '../../shared/kafka/log-markers.ts'
import { hostFolder } from '../hosts/host-spec.ts'
import { processAt } from '../hosts/processes.ts'
import { agentOf, commandOf, insideHostOf, processWith } from './inside-host.ts'

/** The Kafka of a host of Weir's, stopped and started past its agent: the same command, files, volume and mounts. */
export interface BareKafka {
  readonly nodeId: number
  /** Ends the process with a signal, where one runs, and resolves when it is gone. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Resolves when Kafka says that it serves. */
  start(): Promise<void>
}

/** A JVM that is not up after this is not coming. */
const LIMIT_MILLISECONDS = 120_000
const POLL_MILLISECONDS = 10

/**
 * Takes a host over from its agent, which is held (SIGSTOP) and would otherwise start Kafka again. There is no way back but
 * to switch the host off.
 */
export async function takeOver(hostDir: string): Promise<BareKafka> {
  const { configFile, stateDir } = hostFolder(hostDir)
  const { nodeId } = DesiredHost.parse(JSON.parse(await readFile(join(stateDir, 'desired.json'), 'utf8')))
  const { propertiesFile, logFile } = kafkaFiles(await readAgentConfig(configFile))
  const agent = await agentOf(hostDir)
  const find = () => processWith('kafka.Kafka', propertiesFile)
  const command = await commandOf((await find()).processId)
  const env = environmentFrom(await readFile(`/proc/${(await find()).processId}/environ`, 'utf8'))
  const inside = insideHostOf(agent)
  process.kill(agent.processId, 'SIGSTOP')

  return {
    nodeId,
    stop: async (signal) => {
      const { processId } = await find()
      process.kill(processId, signal)
      while (processAt(processId) !== undefined) await pause(POLL_MILLISECONDS)
    },
    start: async () => {
      const before = await endOfLog(logFile)
      const [program = '', ...args] = [...inside, ...command]
      const child = spawn(program, args, { env, stdio: 'ignore' })
      const until = performance.now() + LIMIT_MILLISECONDS
      while (child.exitCode === null && performance.now() < until) {
        const { lines } = await readOn(logFile, before)
        if (lines.some(saysRunning)) return
        await pause(POLL_MILLISECONDS)
      }
      throw new Error(`Kafka did not come up; its log is ${logFile}`)
    },
  }
}

function saysRunning(line: string): boolean {
  const signal = readLogLine(line)
  return signal?.kind === 'state' && signal.state === 'Running'
}

function environmentFrom(text: string): NodeJS.ProcessEnv {
  const pairs = text.split('\0').filter((pair) => pair.includes('='))
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}
