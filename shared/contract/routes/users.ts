import { z } from 'zod'
import { USER_NAME } from '../../records/user.ts'
import { ClusterId, clusterParams, NONE, pageOf, pageQuery } from '../primitives.ts'
import { defineRoute } from '../route.ts'
import { CreateUser, User, UserWithPassword } from '../user.ts'

const userParams = z.strictObject({
  clusterId: ClusterId,
  userName: z
    .string()
    .regex(USER_NAME, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')
    .meta({ example: 'orders-app' }),
})

export const listUsers = defineRoute({
  name: 'listUsers',
  method: 'get',
  path: '/v1/clusters/{clusterId}/users',
  tag: 'Users',
  summary: 'List the Kafka users, by name',
  scope: 'users:read',
  needs: ['store'],
  params: clusterParams,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: { description: 'A page of users', body: pageOf(User) } },
  errors: ['CLUSTER_NOT_FOUND'],
  paged: true,
})

export const getUser = defineRoute({
  name: 'getUser',
  method: 'get',
  path: '/v1/clusters/{clusterId}/users/{userName}',
  tag: 'Users',
  summary: 'Show a Kafka user',
  scope: 'users:read',
  needs: ['store'],
  params: userParams,
  query: NONE,
  answers: { 200: { description: 'The user', body: User } },
  errors: ['CLUSTER_NOT_FOUND', 'USER_NOT_FOUND'],
  etag: true,
})

export const createUser = defineRoute({
  name: 'createUser',
  method: 'post',
  path: '/v1/clusters/{clusterId}/users',
  tag: 'Users',
  summary: 'Create a SCRAM user with a role on a topic prefix',
  description:
    'The password is in this answer and nowhere else: it is not kept. A repeat with the same Idempotency-Key gets the same answer without it; to get another password, delete the user and create it again.',
  scope: 'users:write',
  needs: ['store', 'clock', 'ids', 'kafka'],
  params: clusterParams,
  query: NONE,
  body: CreateUser,
  examples: { consumer: { name: 'orders-app', role: 'consumer', topicPrefix: 'orders.' } },
  answers: { 201: { description: 'Created', body: UserWithPassword, headers: ['Location'] } },
  errors: ['CLUSTER_NOT_FOUND', 'USER_EXISTS', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
  idempotent: true,
})

export const deleteUser = defineRoute({
  name: 'deleteUser',
  method: 'delete',
  path: '/v1/clusters/{clusterId}/users/{userName}',
  tag: 'Users',
  summary: 'Delete a Kafka user with its permissions',
  scope: 'users:write',
  needs: ['store', 'clock', 'ids', 'kafka'],
  params: userParams,
  query: NONE,
  answers: { 204: { description: 'Deleted' } },
  errors: ['CLUSTER_NOT_FOUND', 'USER_NOT_FOUND', 'STATUS_NOT_ALLOWED', 'KAFKA_UNAVAILABLE'],
  ifMatch: true,
})
