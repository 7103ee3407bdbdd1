import { z } from 'zod'
import { Broker } from '../broker.ts'
import { ClusterId, clusterParams, NONE, pageOf, pageQuery, shownAs } from '../primitives.ts'
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

export const getBroker = defineRoute({
  name: 'getBroker',
  method: 'get',
  path: '/v1/clusters/{clusterId}/brokers/{nodeId}',
  tag: 'Brokers',
  summary: 'Show a broker or controller',
  scope: 'clusters:read',
  needs: ['store'],
  params: z.strictObject({
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
  }),
  query: NONE,
  answers: { 200: { description: 'The broker', body: Broker } },
  errors: ['CLUSTER_NOT_FOUND', 'BROKER_NOT_FOUND'],
  etag: true,
})
