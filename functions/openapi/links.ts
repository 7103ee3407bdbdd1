import type { z } from 'zod'
import { Cluster } from '../../shared/contract/cluster.ts'
import { Operation } from '../../shared/contract/operation.ts'
import type { Route } from '../../shared/contract/route.ts'
import { ROUTE_NAMES, ROUTES } from '../../shared/contract/routes.ts'
import { CreatedTopic } from '../../shared/contract/topic.ts'
import { UserWithPassword } from '../../shared/contract/user.ts'

/** How an answer leads on to another call, in the words of an OpenAPI link: its parameters are taken from the answer. */
export interface Link {
  readonly operationId: string
  readonly parameters: Readonly<Record<string, string>>
}

/** Where an answer has what the path of another call takes, and to which of those calls it leads. */
interface Lead {
  readonly parameters: Link['parameters']
  readonly leadsTo?: (route: Route) => boolean
}

const ofCluster = '$request.path.clusterId'
const showsCluster = ({ method, answers }: Route) => method === 'get' && answers[200]?.body === Cluster

/** What is known from an answer, by its body. */
const LEADS = new Map<z.ZodType, readonly Lead[]>([
  [
    Operation,
    [
      { parameters: { operationId: '$response.body#/id' } },
      { parameters: { clusterId: '$response.body#/target/id' }, leadsTo: showsCluster },
    ],
  ],
  [Cluster, [{ parameters: { clusterId: '$response.body#/id' } }]],
  [CreatedTopic, [{ parameters: { clusterId: ofCluster, topicName: '$response.body#/name' } }]],
  [UserWithPassword, [{ parameters: { clusterId: ofCluster, userName: '$response.body#/name' } }]],
])

/** The links of an answer: to each call whose path takes just what is known from it; none for most answers. */
export function linksOf(body: z.ZodType | undefined): Readonly<Record<string, Link>> | undefined {
  const leads = body && LEADS.get(body)
  return (
    leads &&
    Object.fromEntries(
      leads.flatMap(({ parameters, leadsTo = () => true }) =>
        ROUTE_NAMES.filter((name) => takesJust(ROUTES[name], parameters) && leadsTo(ROUTES[name])).map(
          (operationId) => [operationId, { operationId, parameters }] as const,
        ),
      ),
    )
  )
}

function takesJust({ params }: Route, parameters: Link['parameters']): boolean {
  const taken = Object.keys(params.shape)
  return taken.length === Object.keys(parameters).length && taken.every((name) => Object.hasOwn(parameters, name))
}
