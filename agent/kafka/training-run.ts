import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { INSTANCE_TYPES } from '../../shared/catalogue/instance-types.ts'
import { KAFKA_VERSIONS, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { readLogLine } from '../../shared/kafka/log-markers.ts'
import { loggingFileName, renderLoggingProperties } from '../../shared/kafka/logging-properties.ts'
import { formatCommand, serverCommand } from '../../shared/kafka/process.ts'
import { renderProperties } from '../../shared/kafka/properties-file.ts'

/** Which release to run, and where the run keeps its files. */
export interface TrainingRun {
  readonly kafkaVersion: KafkaVersion
  readonly jarsDir: string
  readonly java: string
  /** An empty folder that the caller removes. */
  readonly folder: string
}

/** The training run did not come up; Kafka starts without an archive, only slower. */
export class TrainingRunError extends Error {
  override readonly name = 'TrainingRunError'
}

/** Starts a cluster of one, stops it as soon as it is up, and has the JVM write an archive of its classes at the end. */
export async function recordClasses(run: TrainingRun, archive: string): Promise<void> {
  const { kafkaVersion, jarsDir, java, folder } = run
  const paths = { java, jarsDir, propertiesFile: join(folder, 'server.properties'), tempDir: join(folder, 'tmp') }
  const loggingFile = join(folder, loggingFileName(kafkaVersion))
  const logFile = join(folder, 'server.log')
  await mkdir(paths.tempDir)
  await writeFile(paths.propertiesFile, await trainingProperties(folder))
  await writeFile(loggingFile, renderLoggingProperties({ kafkaVersion, logFile, fileMiB: 8, olderFiles: 1 }))
  const { metadataVersion } = KAFKA_VERSIONS[kafkaVersion]
  await ended(start(formatCommand({ ...paths, metadataVersion, clusterUuid: 'AAAAAAAAAAAAAAAAAAAAAA' })))
  const kafka = start(recording(serverCommand({ ...paths, kafkaVersion, loggingFile, profile }), archive))
  try {
    await up(kafka, logFile)
  } finally {
    kafka.kill('SIGTERM')
    await ended(kafka)
  }
}

// An archive fits one kind of garbage collector: that of the many small processes on one machine, where a start counts.
const profile = INSTANCE_TYPES['r2a.2xlarge'].process.local

function recording([program = 'java', ...args]: readonly string[], archive: string): readonly string[] {
  const rest = args.filter((argument) => !argument.startsWith('-XX:SharedArchiveFile='))
  return [program, `-XX:ArchiveClassesAtExit=${archive}`, ...rest]
}

/** A cluster on the loopback interface, which nobody is told of and which ends as soon as it is up. */
async function trainingProperties(folder: string): Promise<string> {
  const [controller, broker] = [await freePort(), await freePort()]
  return renderProperties([
    ['process.roles', 'broker,controller'],
    ['node.id', '1'],
    ['controller.quorum.voters', `1@127.0.0.1:${controller}`],
    ['controller.listener.names', 'CONTROLLER'],
    ['listeners', `CONTROLLER://127.0.0.1:${controller},PLAINTEXT://127.0.0.1:${broker}`],
    ['listener.security.protocol.map', 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT'],
    ['authorizer.class.name', 'org.apache.kafka.metadata.authorizer.StandardAuthorizer'],
    ['super.users', 'User:ANONYMOUS'],
    ['log.dirs', join(folder, 'data')],
    ['log.cleaner.dedupe.buffer.size', '2097152'],
  ])
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new TrainingRunError('no free port')
  return address.port
}

function start([program = 'java', ...args]: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: 'ignore' })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
}

async function up(child: ChildProcess, logFile: string): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    const lines = (await readFile(logFile, 'utf8').catch(() => '')).split('\n')
    const signals = lines.flatMap((line) => readLogLine(line) ?? [])
    if (signals.some((signal) => signal.kind === 'state' && signal.state === 'Running')) return
    await sleep(100)
  }
  throw new TrainingRunError('Kafka ended before its classes could be recorded')
}
