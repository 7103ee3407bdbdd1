import { randomBytes } from 'node:crypto'
import { type Command, Option } from 'commander'
import type { Cluster } from '../../shared/contract/cluster.ts'
import { USER_ROLES, type UserRole } from '../../shared/records/user.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError, UsageError } from '../cli-error.ts'
import { findCluster } from '../cluster-reference.ts'
import type { ClientAccess } from '../connect/client-files.ts'
import { CLIENT_FILES } from '../connect/client-files.ts'
import { createKafkaUser } from '../connect/kafka-user.ts'
import { clientCommands, writeClientFiles } from '../connect/write-client-files.ts'
import { EXIT } from '../exit-codes.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

interface ConnectOptions {
  readonly user?: string
  readonly role: UserRole
  readonly topicPrefix: string
  readonly passwordStdin?: boolean
  readonly out?: string
  readonly public?: boolean
}

const PASSWORD_VARIABLE = 'WEIR_KAFKA_PASSWORD'

/** `weir clusters connect`. */
export function addConnectCommand(clusters: Command, terminal: Terminal): void {
  clusters
    .command('connect')
    .description(
      `Writes ready files for kcat, Java clients and Node into a folder and prints how to use them. It creates a Kafka user for that, or uses one that exists when its password is given (--password-stdin or ${PASSWORD_VARIABLE}).`,
    )
    .argument('<cluster>', 'name or id')
    .option('--user <name>', 'the Kafka user (default: a new one with a name of its own)')
    .addOption(new Option('--role <role>', 'of the new user').choices([...USER_ROLES]).default('admin'))
    .option('--topic-prefix <prefix>', 'what the user may use begins so (default: everything)', '')
    .option('--password-stdin', 'read the password of an existing user from standard input')
    .option('--public', 'come in from the internet, where the cluster has public access')
    .option('--out <folder>', 'where to write (default: ./<name of the cluster>-client)')
    .action(async (nameOrId: string, options: ConnectOptions, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const { cluster } = await findCluster(client, nameOrId)
      const connection = connectionOf(cluster)
      const bootstrapServers = serversOf(cluster, connection, options)
      const given = await givenPassword(options, terminal)
      const user =
        given === undefined ? await newUser(client, cluster.id, options) : { ...existing(options), password: given }
      const access: ClientAccess = {
        bootstrapServers,
        caCertificatePem: connection.caCertificatePem,
        user: user.name,
        password: user.password,
        topicPrefix: user.topicPrefix,
        kafkaVersion: cluster.kafkaVersion,
      }
      const folder = await writeClientFiles(access, options.out ?? `${cluster.name}-client`)
      const files = Object.values(CLIENT_FILES).map((name) => `${folder}/${name}`)
      if (output.format === 'json') return output.item({ user: user.name, folder, files }, {})
      output.say(`Files of the user ${user.name}, readable by you only:`)
      for (const file of files) output.say(`  ${file}`)
      output.say(clientCommands(access, folder))
    })
}

function connectionOf({
  id,
  name,
  status,
  connection,
  activeOperationId,
}: Cluster): NonNullable<Cluster['connection']> {
  if (connection) return connection
  throw new CliError(EXIT.refused, `Cluster ${name} (${id}) is ${status} and cannot be connected to.`, [
    ...(activeOperationId === undefined ? [] : [`Follow it: weir operations watch ${activeOperationId}`]),
  ])
}

function serversOf(
  { id, name }: Cluster,
  { bootstrapServers, publicBootstrapServers }: NonNullable<Cluster['connection']>,
  options: ConnectOptions,
): readonly string[] {
  if (options.public !== true) return bootstrapServers
  if (publicBootstrapServers) return publicBootstrapServers
  throw new CliError(EXIT.refused, `Cluster ${name} (${id}) has no public access.`, [])
}

async function givenPassword({ passwordStdin, user }: ConnectOptions, terminal: Terminal): Promise<string | undefined> {
  const password =
    passwordStdin === true
      ? (await terminal.readInput()).replace(/\r?\n$/u, '')
      : terminal.environment[PASSWORD_VARIABLE] || undefined
  if (password === '') throw new UsageError('--password-stdin: standard input is empty.')
  if (password !== undefined && user === undefined) {
    throw new UsageError('A password is given, but not whose it is: --user is required.')
  }
  return password
}

function existing({ user = '', topicPrefix }: ConnectOptions) {
  return { name: user, topicPrefix }
}

function newUser(client: ApiClient, clusterId: string, { user, role, topicPrefix }: ConnectOptions) {
  const name = user ?? `client-${randomBytes(4).toString('hex')}`
  return createKafkaUser(client, clusterId, { name, role, topicPrefix })
}
