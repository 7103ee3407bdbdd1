import { z } from 'zod'
import { Cluster } from '../cluster.ts'
import { ConfigRevision } from '../config-revision.ts'
import { Operation } from '../operation.ts'
import { ClusterId, clusterParams, NONE, pageOf, pageQuery, shownAs } from '../primitives.ts'
import { defineRoute } from '../route.ts'

export const listConfigRevisions = defineRoute({
  name: 'listConfigRevisions',
  method: 'get',
  path: '/v1/clusters/{clusterId}/config-revisions',
  tag: 'Clusters',
  summary: 'Show the history of the Kafka configuration, newest first',
  description: 'Each revision with what it changed, who ordered it when, and how its operation went.',
  scope: 'clusters:read',
  needs: ['store'],
  params: clusterParams,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: { description: 'A page of revisions', body: pageOf(ConfigRevision) } },
  errors: ['CLUSTER_NOT_FOUND'],
  paged: true,
})

export const restoreConfigRevision = defineRoute({
  name: 'restoreConfigRevision',
  method: 'post',
  path: '/v1/clusters/{clusterId}/config-revisions/{revision}/actions/restore',
  tag: 'Clusters',
  summary: 'Go back to a Kafka configuration that was ordered before',
  description: 'The same as a `PATCH` whose `config` makes the order what it was in that revision; a new revision.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids', 'kafka', 'certificates'],
  params: z.strictObject({
    clusterId: ClusterId,
    revision: z
      .string()
      .regex(/^[1-9][0-9]{0,8}$/, 'must be a whole number of at most nine digits')
      .transform(Number)
      .meta({
        description: 'Number of the revision',
        override: shownAs({ type: 'integer', minimum: 1, maximum: 999_999_999 }),
        example: 1,
      }),
  }),
  query: NONE,
  answers: {
    200: { description: 'The cluster has this configuration already', body: Cluster },
    202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] },
  },
  errors: [
    'CLUSTER_NOT_FOUND',
    'CONFIG_REVISION_NOT_FOUND',
    'INVALID_FIELD',
    'NO_SPARE_REPLICA',
    'STATUS_NOT_ALLOWED',
    'OPERATION_IN_PROGRESS',
  ],
  idempotent: true,
})
