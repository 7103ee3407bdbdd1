import type { z } from 'zod'
import { Cluster } from '../../shared/contract/cluster.ts'
import { Operation } from '../../shared/contract/operation.ts'
import type { RouteName } from '../../shared/contract/routes.ts'
import { CreatedTopic } from '../../shared/contract/topic.ts'
import { UserWithPassword } from '../../shared/contract/user.ts'

/** How an answer leads on to another call, in the words of an OpenAPI link: its parameters are taken from the answer. */
export interface Link {
  readonly operationId: RouteName
  readonly parameters: Readonly<Record<string, string>>
}

const link = (operationId: RouteName, parameters: Link['parameters']): Link => ({ operationId, parameters })

const operation = { operationId: '$response.body#/id' }
const cluster = { clusterId: '$response.body#/id' }
const user = { clusterId: '$request.path.clusterId', userName: '$response.body#/name' }
const topic = { clusterId: '$request.path.clusterId', topicName: '$response.body#/name' }

/** What follows from an answer, by its body: programs and fuzzers find their way without knowing our ids. */
const FOLLOW_UPS = new Map<z.ZodType, readonly Link[]>([
  [
    Operation,
    [
      link('getOperation', operation),
      link('pauseOperation', operation),
      link('resumeOperation', operation),
      link('cancelOperation', operation),
      link('getCluster', { clusterId: '$response.body#/target/id' }),
      link('deleteCluster', { clusterId: '$response.body#/target/id' }),
    ],
  ],
  [
    Cluster,
    [
      link('listBrokers', cluster),
      link('listTopics', cluster),
      link('listUsers', cluster),
      link('listConfigRevisions', cluster),
      link('planChange', cluster),
      link('patchCluster', cluster),
      link('deleteCluster', cluster),
    ],
  ],
  [CreatedTopic, [link('getTopic', topic)]],
  [UserWithPassword, [link('getUser', user), link('deleteUser', user)]],
])

/** The links of an answer, by the operation that each leads to; none for most. */
export function linksOf(body: z.ZodType | undefined): Readonly<Record<string, Link>> | undefined {
  const links = body && FOLLOW_UPS.get(body)
  return links && Object.fromEntries(links.map((follow) => [follow.operationId, follow]))
}
