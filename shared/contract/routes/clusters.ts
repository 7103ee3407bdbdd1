import { z } from 'zod'
import { Cluster, ClusterStatusName, ClusterValidation, HealthName } from '../cluster.ts'
import { clusterRules } from '../cluster-rules.ts'
import { ClusterName, ClusterSpec } from '../cluster-spec.ts'
import { Operation } from '../operation.ts'
import { clusterParams, NONE, pageOf, pageQuery, queryBoolean } from '../primitives.ts'
import { defineRoute } from '../route.ts'

const combined = {
  name: 'orders',
  kafkaVersion: '3.7.1',
  topology: 'combined',
  brokers: { count: 3, instanceType: 'r2a.2xlarge', volumeGiB: 100 },
  availabilityZones: ['az-1', 'az-2', 'az-3'],
  network: { access: 'private', securityGroups: [{ name: 'apps', inboundRules: [{ cidr: '10.0.0.0/16' }] }] },
  config: { 'log.retention.hours': '72' },
  labels: { team: 'checkout' },
  deletionProtection: false,
  topics: [{ name: 'orders.placed', partitions: 6, replicationFactor: 3, config: {} }],
}

const dedicated = {
  name: 'clicks',
  topology: 'dedicated',
  brokers: { count: 6, volumeGiB: 500 },
}

export const createCluster = defineRoute({
  name: 'createCluster',
  method: 'post',
  path: '/v1/clusters',
  tag: 'Clusters',
  summary: 'Order a cluster',
  description:
    'Accepted orders are carried out by the operation in the answer. With `validateOnly=true` the order is checked in full and nothing is written.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids', 'offering'],
  params: NONE,
  query: z.strictObject({ validateOnly: queryBoolean('Check the order only').default(false) }),
  body: ClusterSpec.meta({ id: 'CreateCluster' }),
  rules: clusterRules,
  examples: { combined, dedicated },
  answers: {
    200: { description: 'The order is valid (validateOnly)', body: ClusterValidation },
    202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] },
  },
  errors: ['NAME_TAKEN', 'QUOTA_EXCEEDED', 'VERSION_NOT_SUPPORTED'],
  idempotent: true,
})

export const listClusters = defineRoute({
  name: 'listClusters',
  method: 'get',
  path: '/v1/clusters',
  tag: 'Clusters',
  summary: 'List the clusters, oldest first',
  scope: 'clusters:read',
  needs: ['store', 'clock'],
  params: NONE,
  query: z.strictObject({
    status: ClusterStatusName.optional().meta({
      description:
        'Only clusters in this status; those that were deleted and can be restored are listed with Deleted alone',
    }),
    health: HealthName.optional(),
    name: ClusterName.optional().meta({ description: 'Exactly this name' }),
    label: z
      .string()
      .regex(/^[a-z0-9._/-]{1,63}=[\s\S]{0,128}$/u, 'must be key=value')
      .optional()
      .meta({ description: 'Carries this label', example: 'team=checkout' }),
    ...pageQuery,
  }),
  answers: { 200: { description: 'A page of clusters', body: pageOf(Cluster) } },
  errors: [],
  paged: true,
})

export const getCluster = defineRoute({
  name: 'getCluster',
  method: 'get',
  path: '/v1/clusters/{clusterId}',
  tag: 'Clusters',
  summary: 'Show a cluster',
  scope: 'clusters:read',
  needs: ['store', 'clock'],
  params: clusterParams,
  query: NONE,
  answers: { 200: { description: 'The cluster', body: Cluster } },
  errors: ['CLUSTER_NOT_FOUND'],
  etag: true,
})

export const deleteCluster = defineRoute({
  name: 'deleteCluster',
  method: 'delete',
  path: '/v1/clusters/{clusterId}',
  tag: 'Clusters',
  summary: 'Delete a cluster with all its data, or keep it for a while',
  description:
    'Accepted in every status, also while another operation runs, which is cancelled. While the cluster is being deleted, the same operation is answered again. A cluster that was ordered with `deletion.keepDays` is kept: its machines go, its volumes and its name stay, it is `Deleted` and can be restored until `restorableUntil`. With `now=true` nothing is kept, also of a cluster that is kept already. Where what would be kept could not be restored, because a volume is lost or an operation is changing the nodes, the delete is refused unless `now=true`.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids'],
  params: clusterParams,
  query: z.strictObject({ now: queryBoolean('Keep nothing, whatever was ordered').default(false) }),
  answers: { 202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] } },
  errors: ['CLUSTER_NOT_FOUND', 'DELETION_PROTECTED', 'STATUS_NOT_ALLOWED', 'OPERATION_IN_PROGRESS'],
  ifMatch: true,
})
