import type { Command } from 'commander'
import { allPages } from '../all-pages.ts'
import { keyValue, wholeNumber } from '../cluster-order.ts'
import { clusterIdOf } from '../cluster-reference.ts'
import { openSession } from '../session.ts'
import type { Terminal } from '../terminal.ts'

interface CreateOptions {
  readonly partitions?: number
  readonly replicationFactor?: number
  readonly config?: Readonly<Record<string, string>>
}

/** `weir topics …`. */
export function addTopicCommands(program: Command, terminal: Terminal): void {
  const topics = program.command('topics').summary('create and see topics')
  topics
    .command('create')
    .description('Creates a topic.')
    .argument('<cluster>', 'name or id')
    .argument('<topic>', 'its name')
    .option('--partitions <n>', 'default: 3', wholeNumber)
    .option('--replication-factor <n>', 'default: 3', wholeNumber)
    .option('--config <key=value>', 'a topic setting; may be repeated', keyValue)
    .action(async (nameOrId: string, name: string, options: CreateOptions, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const clusterId = await clusterIdOf(client, nameOrId)
      const { partitions, replicationFactor, config } = options
      const { body } = await client.call('createTopic', {
        params: { clusterId },
        body: {
          name,
          ...(partitions !== undefined && { partitions }),
          ...(replicationFactor !== undefined && { replicationFactor }),
          ...(config && { config: { ...config } }),
        },
      })
      output.item(body, { Topic: body.name, Partitions: body.partitions, 'Replication factor': body.replicationFactor })
    })
  topics
    .command('list')
    .description('Lists the topics as the cluster reports them now.')
    .argument('<cluster>', 'name or id')
    .action(async (nameOrId: string, _options, command: Command) => {
      const { client, output } = await openSession(command, terminal)
      const clusterId = await clusterIdOf(client, nameOrId)
      const items = await allPages((page) => client.call('listTopics', { params: { clusterId }, query: page }))
      output.list(items, {
        TOPIC: ({ name }) => name,
        PARTITIONS: ({ partitions }) => partitions,
        REPLICAS: ({ replicationFactor }) => replicationFactor,
        'UNDER-REPLICATED': ({ underReplicatedPartitions }) => underReplicatedPartitions,
        OFFLINE: ({ offlinePartitions }) => offlinePartitions,
      })
    })
}
