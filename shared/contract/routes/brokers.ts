import { z } from 'zod'
import { Broker, BrokerRepair } from '../broker.ts'
import { Operation } from '../operation.ts'
import { Plan } from '../plan.ts'
import { ClusterId, clusterParams, NONE, pageOf, pageQuery, queryBoolean, shownAs } from '../primitives.ts'
import { Restart } from '../restart.ts'
import { defineRoute } from '../route.ts'

export const listBrokers = defineRoute({
  name: 'listBrokers',
  method: 'get',
  path: '/v1/clusters/{clusterId}/brokers',
  tag: 'Brokers',
  summary: 'List the brokers and controllers of a cluster, by node id',
  scope: 'clusters:read',
  needs: ['store'],
  params: clusterParams,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: { description: 'A page of brokers', body: pageOf(Broker) } },
  errors: ['CLUSTER_NOT_FOUND'],
  paged: true,
})

const brokerParams = z.strictObject({
  clusterId: ClusterId,
  nodeId: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,4})$/, 'must be a whole number of at most five digits')
    .transform(Number)
    .meta({
      description: 'Kafka node id',
      override: shownAs({ type: 'integer', minimum: 0, maximum: 99_999 }),
      example: 1,
    }),
})

export const getBroker = defineRoute({
  name: 'getBroker',
  method: 'get',
  path: '/v1/clusters/{clusterId}/brokers/{nodeId}',
  tag: 'Brokers',
  summary: 'Show a broker or controller',
  scope: 'clusters:read',
  needs: ['store'],
  params: brokerParams,
  query: NONE,
  answers: { 200: { description: 'The broker', body: Broker } },
  errors: ['CLUSTER_NOT_FOUND', 'BROKER_NOT_FOUND'],
  etag: true,
})

const action = { method: 'post', tag: 'Brokers', scope: 'clusters:write', idempotent: true } as const
const accepted = { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] } as const

const restart = {
  ...action,
  needs: ['store', 'clock', 'ids', 'kafka', 'certificates'],
  query: z.strictObject({ validateOnly: queryBoolean('Show the plan only').default(false) }),
  body: Restart,
  examples: { process: { mode: 'process' }, host: { mode: 'host' } },
  answers: { 200: { description: 'The plan (validateOnly)', body: Plan }, 202: accepted },
} as const

export const restartCluster = defineRoute({
  ...restart,
  name: 'restartCluster',
  path: '/v1/clusters/{clusterId}/actions/restart',
  summary: 'Restart Kafka or the machine of all nodes, one after the other',
  description:
    'Each node is stopped only while its replicas and the quorum can do without it, the active controller last, and must be back in sync before the next. Partitions that cannot be protected are named in the warnings. With `validateOnly=true` nothing is written and the plan is answered: the nodes in their order as the quorum stands now, an estimate, the warnings, and every reason why it would be refused.',
  params: clusterParams,
  errors: ['CLUSTER_NOT_FOUND', 'OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
})

export const repairBroker = defineRoute({
  ...action,
  name: 'repairBroker',
  path: '/v1/clusters/{clusterId}/brokers/{nodeId}/actions/repair',
  summary: 'Bring a broker back that does not serve',
  description:
    'Kafka is started anew on a host that is heard of; a host that is not gets a new machine with the same volume, address and node id. A volume that is lost is replaced by an empty one, if every partition of the broker has another replica in sync and the other controllers have caught up; else the operation fails and names what is missing. When no broker of the cluster serves, all of them are brought back. A broker that serves is not touched.',
  needs: ['store', 'clock', 'ids'],
  params: brokerParams,
  body: BrokerRepair,
  examples: { default: { replaceVolume: false, acceptDataLoss: false }, lastResort: { acceptDataLoss: true } },
  query: NONE,
  answers: { 202: accepted },
  errors: ['CLUSTER_NOT_FOUND', 'BROKER_NOT_FOUND', 'OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED'],
})

export const restartBroker = defineRoute({
  ...restart,
  name: 'restartBroker',
  path: '/v1/clusters/{clusterId}/brokers/{nodeId}/actions/restart',
  summary: 'Restart Kafka or the machine of one node',
  description: 'Under the same conditions as the restart of all nodes.',
  params: brokerParams,
  errors: ['CLUSTER_NOT_FOUND', 'BROKER_NOT_FOUND', 'OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
})
