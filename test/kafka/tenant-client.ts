import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { classArchive } from '../../shared/kafka/process.ts'
import { isKafka4 } from '../../shared/kafka/release-line.ts'

/** A Kafka client that a tenant might use, which shares no code with Weir. */
export interface TenantClient {
  /** Writes one message a line. */
  produce(topic: string, lines: readonly string[]): Promise<void>
  /** Reads that many messages from the beginning. */
  consume(topic: string, count: number): Promise<readonly string[]>
  /** The topics the user may see. */
  topics(): Promise<readonly string[]>
}

/** How a client authenticates; without a user it tries TLS alone. */
export interface TenantCredentials {
  readonly user?: string
  readonly password?: string
}

/** What a tenant is told of a cluster. */
export interface ReachableCluster {
  readonly bootstrap: readonly string[]
  readonly authority: { readonly certificatePem: string }
}

/** Where a client finds the cluster and keeps its files. */
export interface TenantClientInput {
  readonly cluster: ReachableCluster
  readonly kafkaVersion: KafkaVersion
  readonly jarsDir: string
  readonly folder: string
  /** The group to read in, where the client needs one and the user may not use any. */
  readonly group?: string
}

/**
 * The client that fits the release: kcat on 3.x, and Kafka's own console tools on 4.x, which is strict about the SCRAM nonce
 * and so refuses librdkafka before 2.6.1, the one that Debian's kcat is built with.
 */
export function tenantClient(input: TenantClientInput, credentials: TenantCredentials): Promise<TenantClient> {
  return isKafka4(input.kafkaVersion) ? consoleClient(input, credentials) : kcatClient(input, credentials)
}

/** Writes a client's configuration into a file of its own. */
async function clientFile(
  { cluster, folder }: Pick<TenantClientInput, 'cluster' | 'folder'>,
  settings: (authority: string) => Settings,
): Promise<string> {
  const authority = join(folder, 'ca.pem')
  await writeFile(authority, cluster.authority.certificatePem)
  const file = join(folder, `client-${randomBytes(4).toString('hex')}.properties`)
  const lines = settings(authority).map(([key, value]) => `${key}=${value}\n`)
  await writeFile(file, lines.join(''))
  return file
}

type Settings = readonly (readonly [key: string, value: string])[]

function kcatSettings(authority: string, { user, password }: TenantCredentials): Settings {
  return [
    ['ssl.ca.location', authority],
    ['ssl.endpoint.identification.algorithm', 'https'],
    ['security.protocol', user === undefined ? 'SSL' : 'SASL_SSL'],
    ...(user === undefined
      ? []
      : ([
          ['sasl.mechanism', 'SCRAM-SHA-512'],
          ['sasl.username', user],
          ['sasl.password', password ?? ''],
        ] as const)),
  ]
}

function consoleSettings(authority: string, { user, password }: TenantCredentials): Settings {
  const login = `org.apache.kafka.common.security.scram.ScramLoginModule required username="${user}" password="${password}";`
  return [
    ['ssl.truststore.type', 'PEM'],
    ['ssl.truststore.location', authority],
    ['security.protocol', 'SASL_SSL'],
    ['request.timeout.ms', '10000'],
    ['default.api.timeout.ms', '10000'],
    ['sasl.mechanism', 'SCRAM-SHA-512'],
    ['sasl.jaas.config', login],
  ]
}

/** A kcat; without a user it tries TLS alone. */
export async function kcatClient(
  { cluster, folder }: Pick<TenantClientInput, 'cluster' | 'folder'>,
  credentials: TenantCredentials,
): Promise<TenantClient> {
  const file = await clientFile({ cluster, folder }, (authority) => kcatSettings(authority, credentials))
  const kcat = (args: readonly string[], input?: string): Promise<string> =>
    run('kcat', ['-F', file, '-b', cluster.bootstrap.join(','), ...args], input)
  return {
    async produce(topic, lines) {
      await kcat(['-P', '-t', topic, '-X', 'acks=all'], `${lines.join('\n')}\n`)
    },
    async consume(topic, count) {
      const read = await kcat(['-C', '-t', topic, '-o', 'beginning', '-c', String(count), '-q'])
      return read.trimEnd().split('\n')
    },
    async topics() {
      const listed = await kcat(['-L', '-m', '3'])
      return [...listed.matchAll(/^ {2}topic "([^"]+)"/gmu)].map((match) => match[1] ?? '')
    },
  }
}

async function consoleClient(input: TenantClientInput, credentials: TenantCredentials): Promise<TenantClient> {
  const { cluster, jarsDir } = input
  const file = await clientFile(input, (authority) => consoleSettings(authority, credentials))
  const tool = (name: string, args: readonly string[], input?: string): Promise<string> =>
    run(
      'java',
      [
        // The broker's archive of classes halves the start of a tool, too.
        ...[
          '-Xmx128m',
          '-XX:+UseSerialGC',
          '-XX:TieredStopAtLevel=1',
          `-XX:SharedArchiveFile=${classArchive(jarsDir)}`,
        ],
        ...['-cp', `${jarsDir}/*`],
        `org.apache.kafka.tools.${name}`,
        ...['--bootstrap-server', cluster.bootstrap.join(','), '--command-config', file, ...args],
      ],
      input,
    )
  return {
    async produce(topic, lines) {
      const args = ['--topic', topic, '--command-property', 'acks=all', '--max-block-ms', '10000']
      await tool('ConsoleProducer', args, `${lines.join('\n')}\n`)
    },
    async consume(topic, count) {
      const group = input.group === undefined ? [] : ['--group', input.group]
      const range = ['--from-beginning', '--max-messages', String(count), '--timeout-ms', '20000']
      const args = ['--topic', topic, ...range, ...group]
      return (await tool('consumer.ConsoleConsumer', args)).trimEnd().split('\n')
    },
    async topics() {
      return (await tool('TopicCommand', ['--list'])).split('\n').filter((line) => line !== '')
    },
  }
}

/** Runs a program to its end and returns what it printed; rejects with all its words when it fails or needs over 40 seconds. */
function run(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { timeout: 40_000, maxBuffer: 64 * 1024 * 1024 }
    const child = execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${program} failed: ${stderr}${stdout}`, { cause: error }))
    })
    child.stdin?.end(input)
  })
}
