import { ConfigResourceTypes, ConfigSources, type Connection, describeConfigsV4 } from '@platformatic/kafka'
import { isPassing, unexpected } from './failures.ts'

const KEY = 'min.insync.replicas'

/** The `min.insync.replicas` in force for each topic: its own, or what it takes from the brokers. */
export async function readMinInSync(
  connection: Connection,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const settings = await describe(connection, topics)
  return new Map([...settings].map(([topic, setting]) => [topic, Number(setting?.value ?? 1)]))
}

/** The topics that set it themselves. */
export async function readOwnMinInSync(
  connection: Connection,
  topics: readonly string[],
): Promise<ReadonlySet<string>> {
  const settings = await describe(connection, topics)
  return new Set(
    [...settings].flatMap(([topic, setting]) =>
      setting?.configSource === ConfigSources.DYNAMIC_TOPIC_CONFIG ? [topic] : [],
    ),
  )
}

async function describe(connection: Connection, topics: readonly string[]) {
  if (topics.length === 0) return new Map<string, undefined>()
  const resources = topics.map((resourceName) => ({
    resourceType: ConfigResourceTypes.TOPIC,
    resourceName,
    configurationKeys: [KEY],
  }))
  try {
    const { results } = await describeConfigsV4.api.async(connection, resources, false, false)
    return new Map(
      results.map(({ resourceName, configs }) => [resourceName, configs.find(({ name }) => name === KEY)] as const),
    )
  } catch (error) {
    throw isPassing(error) ? error : unexpected('DescribeConfigs', error)
  }
}
