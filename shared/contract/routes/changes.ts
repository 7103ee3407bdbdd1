import { z } from 'zod'
import { Cluster } from '../cluster.ts'
import { ClusterPatch } from '../cluster-patch.ts'
import { Operation } from '../operation.ts'
import { Plan } from '../plan.ts'
import { clusterParams, queryBoolean } from '../primitives.ts'
import { defineRoute } from '../route.ts'

const largerVolumes = { brokers: { volumeGiB: 200 } }
const otherClients = {
  network: { securityGroups: [{ name: 'apps', inboundRules: [{ cidr: '10.0.0.0/16', description: 'all apps' }] }] },
}
const otherRelease = { kafkaVersion: '4.3.1' }
const fewerBrokers = { brokers: { count: 3, removeNodeIds: [104, 105, 106] } }
const relabelled = { labels: { team: 'payments', stage: null } }

/** How a change is made, beside what it is. */
const changeQuery = z.strictObject({
  rebalance: queryBoolean(
    'Of a change that adds brokers: whether replicas are moved onto them in the same operation, as they are by default',
  ).default(true),
})

const moreBrokers = { brokers: { count: 6 } }

export const patchCluster = defineRoute({
  name: 'patchCluster',
  method: 'patch',
  path: '/v1/clusters/{clusterId}',
  tag: 'Clusters',
  summary: 'Change what was ordered',
  description:
    'The body is a merge patch on the order. Labels, deletion protection, the maintenance window and how volumes grow by themselves take effect at once and are answered 200. Who may reach the brokers, and what takes work on brokers, is changed by the operation in the answer, exactly as `POST …/plans` with the same body shows it beforehand.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids', 'kafka', 'certificates'],
  params: clusterParams,
  query: changeQuery,
  body: ClusterPatch,
  mergePatch: true,
  examples: { largerVolumes, moreBrokers, fewerBrokers, otherClients, otherRelease, relabelled },
  answers: {
    200: { description: 'Took effect at once, or changes nothing', body: Cluster },
    202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] },
  },
  errors: [
    'CLUSTER_NOT_FOUND',
    'FIELD_IMMUTABLE',
    'CHANGE_NOT_SUPPORTED',
    'VERSION_NOT_SUPPORTED',
    'UPGRADE_NOT_ALLOWED',
    'STALE_REGISTRATION',
    'VOLUME_NOT_LARGER',
    'VOLUME_CHANGE_TOO_SOON',
    'NO_SPARE_REPLICA',
    'NODES_NOT_SERVING',
    'REPLICAS_NOT_IN_SYNC',
    'MOVES_IN_PROGRESS',
    'REPLICAS_WOULD_NOT_FIT',
    'DISK_WOULD_NOT_FIT',
    'KAFKA_UNAVAILABLE',
    'QUOTA_EXCEEDED',
    'STATUS_NOT_ALLOWED',
    'OPERATION_IN_PROGRESS',
  ],
  ifMatch: true,
})

export const planChange = defineRoute({
  name: 'planChange',
  method: 'post',
  path: '/v1/clusters/{clusterId}/plans',
  tag: 'Clusters',
  summary: 'Show what a change would come to',
  description:
    'Takes the body of `PATCH` and changes nothing: phases, brokers touched in their order, restarts promised, an estimate from earlier operations where there were any, and every reason why the change would be refused.',
  scope: 'clusters:read',
  needs: ['store', 'clock', 'kafka', 'certificates'],
  params: clusterParams,
  query: changeQuery,
  body: ClusterPatch,
  mergePatch: true,
  examples: { largerVolumes, moreBrokers, fewerBrokers, relabelled },
  answers: { 200: { description: 'The plan', body: Plan } },
  errors: ['CLUSTER_NOT_FOUND'],
  idempotent: true,
})
