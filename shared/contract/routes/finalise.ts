import { z } from 'zod'
import { Operation } from '../operation.ts'
import { Plan } from '../plan.ts'
import { clusterParams, queryBoolean } from '../primitives.ts'
import { defineRoute } from '../route.ts'

export const finaliseUpgrade = defineRoute({
  name: 'finaliseUpgrade',
  method: 'post',
  path: '/v1/clusters/{clusterId}/actions/finalise-upgrade',
  tag: 'Clusters',
  summary: 'Turn on what a newer Kafka release brings, after it was rolled onto every node',
  description:
    "Sets the levels of Kafka's features to those of the release, each by itself, without touching a broker. Before that the older release can be ordered again, afterwards never. Refused while nodes run several releases, a node does not serve, or one does not support a level. With `validateOnly=true` nothing is written and the plan is answered; so it is where the cluster has these levels already, with no operation in it.",
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids', 'kafka', 'certificates'],
  params: clusterParams,
  query: z.strictObject({ validateOnly: queryBoolean('Show the plan only').default(false) }),
  answers: {
    200: { description: 'The plan (validateOnly, or nothing is left to be done)', body: Plan },
    202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] },
  },
  errors: [
    'CLUSTER_NOT_FOUND',
    'OPERATION_IN_PROGRESS',
    'STATUS_NOT_ALLOWED',
    'MIXED_VERSIONS',
    'NODES_NOT_SERVING',
    'STALE_REGISTRATION',
    'LEVEL_NOT_SUPPORTED',
    'INVALID_FIELD',
    'PRECONDITION_FAILED',
    'KAFKA_UNAVAILABLE',
  ],
  idempotent: true,
})
