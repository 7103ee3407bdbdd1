import { z } from 'zod'
import { ClusterId, clusterParams, NONE, pageOf, pageQuery } from '../primitives.ts'
import { defineRoute } from '../route.ts'
import { CreatedTopic, CreateTopic, Topic } from '../topic.ts'

export const listTopics = defineRoute({
  name: 'listTopics',
  method: 'get',
  path: '/v1/clusters/{clusterId}/topics',
  tag: 'Topics',
  summary: 'List the topics as the cluster reports them now, by name',
  scope: 'topics:read',
  needs: ['store', 'kafka'],
  params: clusterParams,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: { description: 'A page of topics', body: pageOf(Topic) } },
  errors: ['CLUSTER_NOT_FOUND', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
  paged: true,
})

export const getTopic = defineRoute({
  name: 'getTopic',
  method: 'get',
  path: '/v1/clusters/{clusterId}/topics/{topicName}',
  tag: 'Topics',
  summary: 'Show a topic as the cluster reports it now',
  scope: 'topics:read',
  needs: ['store', 'kafka'],
  params: z.strictObject({
    clusterId: ClusterId,
    topicName: z
      .string()
      .regex(/^[a-zA-Z0-9._-]{1,249}$/, 'must be 1 to 249 letters, digits, dots, hyphens or underscores')
      .meta({ example: 'orders.placed' }),
  }),
  query: NONE,
  answers: { 200: { description: 'The topic', body: Topic } },
  errors: ['CLUSTER_NOT_FOUND', 'TOPIC_NOT_FOUND', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
  etag: true,
})

export const createTopic = defineRoute({
  name: 'createTopic',
  method: 'post',
  path: '/v1/clusters/{clusterId}/topics',
  tag: 'Topics',
  summary: 'Create a topic',
  scope: 'topics:write',
  needs: ['store', 'clock', 'ids', 'kafka'],
  params: clusterParams,
  query: NONE,
  body: CreateTopic.meta({ id: 'CreateTopic' }),
  examples: {
    topic: { name: 'orders.placed', partitions: 6, replicationFactor: 3, config: { 'retention.ms': '86400000' } },
  },
  answers: { 201: { description: 'Created', body: CreatedTopic, headers: ['Location'] } },
  errors: ['CLUSTER_NOT_FOUND', 'TOPIC_EXISTS', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
  idempotent: true,
})
