import { type Command, Option } from 'commander'
import type { UserRole } from '../../shared/records/user.ts'
import { USER_ROLES } from '../../shared/records/user.ts'
import { allPages } from '../all-pages.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { createKafkaUser } from '../connect/kafka-user.ts'
import { ageText } from '../duration.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

interface CreateOptions {
  readonly role: UserRole
  readonly topicPrefix: string
}

/** `weir users …`. */
export function addUserCommands(program: Command, terminal: Terminal): void {
  const users = program.command('users').summary('create, see and delete Kafka users')
  users
    .command('create')
    .description('Creates a Kafka user. Its password is printed once and kept nowhere.')
    .argument('<cluster>', 'name or id')
    .argument('<user>', 'its name')
    .addOption(new Option('--role <role>', 'what it may do').choices([...USER_ROLES]).makeOptionMandatory())
    .option('--topic-prefix <prefix>', 'only on topics, groups and transactional ids that begin so (default: all)', '')
    .action(async (nameOrId: string, name: string, { role, topicPrefix }: CreateOptions, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const user = await createKafkaUser(client, await clusterIdOf(client, nameOrId), { name, role, topicPrefix })
      output.item(user, { User: user.name, Role: user.role, 'Topic prefix': user.topicPrefix, Password: user.password })
    })
  users
    .command('list')
    .description('Lists the Kafka users of a cluster.')
    .argument('<cluster>', 'name or id')
    .action(async (nameOrId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const clusterId = await clusterIdOf(client, nameOrId)
      const items = await allPages((page) => client.call('listUsers', { params: { clusterId }, query: page }))
      const now = terminal.clock.now()
      output.list(items, {
        USER: ({ name }) => name,
        ROLE: ({ role }) => role,
        'TOPIC PREFIX': ({ topicPrefix }) => topicPrefix,
        AGE: ({ createdAt }) => ageText(createdAt, now),
      })
    })
  users
    .command('delete')
    .description('Deletes a Kafka user with its permissions.')
    .argument('<cluster>', 'name or id')
    .argument('<user>', 'its name')
    .action(async (nameOrId: string, userName: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const params = { clusterId: await clusterIdOf(client, nameOrId), userName }
      const { etag = '*' } = await client.call('getUser', { params })
      await client.call('deleteUser', { params, ifMatch: etag })
      output.say(`Deleted: user ${userName}.`)
    })
}
