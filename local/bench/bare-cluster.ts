import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { INSTANCE_TYPES } from '../../shared/catalogue/instance-types.ts'
import { KAFKA_VERSIONS, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { readLogLine } from '../../shared/kafka/log-markers.ts'
import { formatCommand, serverCommand } from '../../shared/kafka/process.ts'
import { hostDirOf } from '../hosts/host-spec.ts'

/** The files of hosts that Weir prepared, taken over so that a bare script runs the very same configuration. */
export interface BareHost {
  readonly folder: string
}

/** A JVM that is not up after this is not coming. */
const LIMIT_MILLISECONDS = 120_000
const POLL_MILLISECONDS = 20

/** Copies what Weir's hosts run (properties, logging, keys), with the paths turned to the copy. */
export async function copyHosts(
  home: string,
  instanceIds: readonly string[],
  target: string,
): Promise<readonly BareHost[]> {
  return Promise.all(
    instanceIds.map(async (instanceId) => {
      const source = hostDirOf(home, instanceId)
      const folder = join(target, instanceId)
      await cp(join(source, 'state'), join(folder, 'state'), { recursive: true })
      for (const part of ['log', 'tmp', 'volume']) await mkdir(join(folder, part), { recursive: true })
      const kafka = join(folder, 'state', 'kafka')
      for (const file of await readdir(kafka)) {
        if (!file.endsWith('.properties')) continue
        const text = await readFile(join(kafka, file), 'utf8')
        await writeFile(join(kafka, file), text.replaceAll(source, folder))
      }
      return { folder }
    }),
  )
}

/** Formats and starts every host at once, as a script without a control plane would; resolves when all of them serve. */
export async function runBare(
  hosts: readonly BareHost[],
  version: KafkaVersion,
  clusterUuid: string,
  jarsDir: string,
): Promise<readonly ChildProcess[]> {
  return Promise.all(hosts.map((host) => startHost(host, version, clusterUuid, jarsDir)))
}

async function startHost(
  { folder }: BareHost,
  version: KafkaVersion,
  clusterUuid: string,
  jarsDir: string,
): Promise<ChildProcess> {
  const kafka = join(folder, 'state', 'kafka')
  const loggingFile = (await readdir(kafka)).find((file) => file.startsWith('log4j'))
  if (loggingFile === undefined) throw new Error(`${kafka} has no logging configuration`)
  const paths = {
    java: 'java',
    jarsDir,
    propertiesFile: join(kafka, 'server.properties'),
    tempDir: join(folder, 'tmp'),
  }
  const format = run(formatCommand({ ...paths, metadataVersion: KAFKA_VERSIONS[version].metadataVersion, clusterUuid }))
  const [code] = await once(format, 'exit')
  if (code !== 0) throw new Error(`formatting ${folder} ended with ${code}`)
  const profile = INSTANCE_TYPES['r2a.2xlarge'].process.local
  const server = run(serverCommand({ ...paths, kafkaVersion: version, loggingFile: join(kafka, loggingFile), profile }))
  await serves(join(folder, 'log', 'kafka.log'), server)
  return server
}

function run([program = 'java', ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: 'ignore' })
}

async function serves(logFile: string, server: ChildProcess): Promise<void> {
  const until = performance.now() + LIMIT_MILLISECONDS
  while (performance.now() < until) {
    if (server.exitCode !== null) throw new Error(`Kafka ended with ${server.exitCode}; its log is ${logFile}`)
    const lines = await readFile(logFile, 'utf8').catch(() => '')
    const running = lines.split('\n').some((line) => {
      const signal = readLogLine(line)
      return signal?.kind === 'state' && signal.state === 'Running'
    })
    if (running) return
    await pause(POLL_MILLISECONDS)
  }
  throw new Error(`Kafka did not serve in time; its log is ${logFile}`)
}

/** Ends the JVMs of a run. */
export async function stopBare(servers: readonly ChildProcess[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const exited = once(server, 'exit')
      server.kill('SIGKILL')
      await exited
    }),
  )
}
