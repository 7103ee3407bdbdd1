import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProcessProfile } from '../../shared/catalogue/instance-types.ts'
import { KAFKA_VERSIONS, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { type KafkaRole, tlsFiles } from '../../shared/kafka/listeners.ts'
import { type LogSignal, readLogLine } from '../../shared/kafka/log-markers.ts'
import { loggingFileName, renderLoggingProperties } from '../../shared/kafka/logging-properties.ts'
import { nodeCommonName } from '../../shared/kafka/principals.ts'
import { formatCommand, type KafkaPaths, serverCommand } from '../../shared/kafka/process.ts'
import { type QuorumVoter, renderServerProperties } from '../../shared/kafka/server-properties.ts'
import type { TestAuthority } from './test-authority.ts'

/** What all hosts of a bare cluster share. */
export interface BareClusterPlan {
  readonly kafkaVersion: KafkaVersion
  readonly jarsDir: string
  readonly folder: string
  readonly organisation: string
  readonly clusterUuid: string
  readonly voters: readonly QuorumVoter[]
  readonly brokerCount: number
  readonly authority: TestAuthority
  readonly profile: ProcessProfile
}

/** What tells one host from another. */
export interface BareHostPlan {
  readonly nodeId: number
  readonly roles: readonly KafkaRole[]
  readonly address: string
  readonly rack: string
}

/** A host without Weir: a folder with rendered files and a Kafka process. */
export class BareHost {
  readonly plan: BareHostPlan
  readonly #cluster: BareClusterPlan
  readonly #folder: string
  #process: ChildProcess | undefined
  #logStart = 0

  constructor(cluster: BareClusterPlan, plan: BareHostPlan) {
    this.plan = plan
    this.#cluster = cluster
    this.#folder = join(cluster.folder, String(plan.nodeId))
  }

  get logFile(): string {
    return join(this.#folder, 'logs', 'server.log')
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Writes the certificates and every rendered file. */
  async prepare(): Promise<void> {
    const cluster = this.#cluster
    for (const name of ['tls', 'logs', 'tmp', 'volume']) await mkdir(join(this.#folder, name), { recursive: true })
    const identity = await cluster.authority.issue({
      commonName: nodeCommonName,
      organisation: cluster.organisation,
      ipAddresses: [this.plan.address],
    })
    const keyStore = `${identity.keyPem}\n${identity.certificatePem}\n${cluster.authority.certificatePem}\n`
    const tls = (name: keyof typeof tlsFiles): string => join(this.#folder, 'tls', tlsFiles[name])
    await writeFile(tls('nodeKeyStore'), keyStore, { mode: 0o600 })
    await writeFile(tls('clientListenerKeyStore'), keyStore, { mode: 0o600 })
    await writeFile(tls('nodeTrustStore'), cluster.authority.certificatePem)
    await writeFile(this.#paths().propertiesFile, this.#serverProperties())
    const logging = { kafkaVersion: cluster.kafkaVersion, logFile: this.logFile, fileMiB: 8, olderFiles: 2 }
    await writeFile(this.#loggingFile(), renderLoggingProperties(logging))
  }

  /** Loses all that is on the volume, of a host that is stopped. */
  async loseVolume(): Promise<void> {
    await rm(join(this.#folder, 'volume'), { recursive: true })
    await mkdir(join(this.#folder, 'volume'))
  }

  /**
   * Formats the log directories, for the level of its release unless another is named; returns what the tool printed, and
   * rejects with it when the tool fails.
   */
  async format(metadataVersion: string = KAFKA_VERSIONS[this.#cluster.kafkaVersion].metadataVersion): Promise<string> {
    const { clusterUuid } = this.#cluster
    const child = launch(formatCommand({ ...this.#paths(), metadataVersion, clusterUuid }), 'pipe')
    const chunks: Buffer[] = []
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk))
    const code = await new Promise((resolve) => child.on('close', resolve))
    const output = Buffer.concat(chunks).toString()
    if (code !== 0) throw new Error(`formatting node ${this.plan.nodeId} ended with ${code}: ${output}`)
    return output
  }

  /** Starts the Kafka process; `running` tells when it is up. */
  async start(): Promise<void> {
    this.#logStart = (await readFile(this.logFile, 'utf8').catch(() => '')).length
    const command = serverCommand({
      ...this.#paths(),
      kafkaVersion: this.#cluster.kafkaVersion,
      loggingFile: this.#loggingFile(),
      profile: this.#cluster.profile,
    })
    this.#process = launch(command, openSync(join(this.#folder, 'logs', 'stdout.log'), 'a'))
  }

  /** Waits until this run of the process serves; rejects with its last words when it ends first. */
  async running(): Promise<void> {
    while (!(await this.signals()).some((signal) => signal.kind === 'state' && signal.state === 'Running')) {
      if (this.exited) {
        const words = `${await this.output()}${(await this.log()).slice(-3000)}`
        throw new Error(`node ${this.plan.nodeId} ended: ${words}`)
      }
      await sleep(50)
    }
  }

  /** What the log of this run tells about the process. */
  async signals(): Promise<readonly LogSignal[]> {
    return (await this.log()).split('\n').flatMap((line) => readLogLine(line) ?? [])
  }

  /** What this run of the process has logged so far. */
  async log(): Promise<string> {
    const all = await readFile(this.logFile, 'utf8').catch(() => '')
    return all.slice(this.#logStart)
  }

  /** What the JVM itself printed, for instance why it could not start. */
  output(): Promise<string> {
    return readFile(join(this.#folder, 'logs', 'stdout.log'), 'utf8').catch(() => '')
  }

  get exited(): boolean {
    return this.#process === undefined || this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Sends a signal and waits for the end; a process that has ended already is fine. */
  async stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process
    if (child === undefined || this.exited) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }

  #paths(): KafkaPaths {
    return {
      java: 'java',
      jarsDir: this.#cluster.jarsDir,
      propertiesFile: join(this.#folder, 'server.properties'),
      tempDir: join(this.#folder, 'tmp'),
    }
  }

  #loggingFile(): string {
    return join(this.#folder, loggingFileName(this.#cluster.kafkaVersion))
  }

  #serverProperties(): string {
    return renderServerProperties({
      nodeId: this.plan.nodeId,
      roles: this.plan.roles,
      kafkaVersion: this.#cluster.kafkaVersion,
      voters: this.#cluster.voters,
      host: this.plan.address,
      rack: this.plan.rack,
      dataDir: join(this.#folder, 'volume'),
      tlsDir: join(this.#folder, 'tls'),
      principalOrganisation: this.#cluster.organisation,
      brokerCount: this.#cluster.brokerCount,
      profile: this.#cluster.profile,
      tenantConfig: {},
    })
  }
}

function launch(command: readonly string[], output: 'pipe' | number): ChildProcess {
  const [program = 'java', ...args] = command
  return spawn(program, args, { stdio: ['ignore', output, output] })
}
