import { z } from 'zod'
import { Maintenance, MaintenanceId, MaintenancePostponement } from '../maintenance.ts'
import { Operation } from '../operation.ts'
import { ClusterId, clusterParams, NONE, pageOf, pageQuery } from '../primitives.ts'
import { defineRoute } from '../route.ts'

const maintenanceParams = z.strictObject({ clusterId: ClusterId, maintenanceId: MaintenanceId })

export const listMaintenance = defineRoute({
  name: 'listMaintenance',
  method: 'get',
  path: '/v1/clusters/{clusterId}/maintenance',
  tag: 'Clusters',
  summary: 'Show what Weir does with a cluster by itself, newest first',
  description:
    'What is scheduled or under way, and the history: why, what was changed from what to what, and how its operation went. Every growth of volumes that grow by themselves is here. Repairs are not: they are operations only.',
  scope: 'clusters:read',
  needs: ['store'],
  params: clusterParams,
  query: z.strictObject({ ...pageQuery }),
  answers: { 200: { description: 'A page of maintenance', body: pageOf(Maintenance) } },
  errors: ['CLUSTER_NOT_FOUND'],
  paged: true,
})

export const postponeMaintenance = defineRoute({
  name: 'postponeMaintenance',
  method: 'post',
  path: '/v1/clusters/{clusterId}/maintenance/{maintenanceId}/actions/postpone',
  tag: 'Clusters',
  summary: 'Put a maintenance off to a later window',
  description:
    'To the window after the one that it is for, or to the first one from `until` on; as often as `mostPostponements` says, and not beyond `latest`. An emergency cannot be put off.',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids'],
  params: maintenanceParams,
  query: NONE,
  body: MaintenancePostponement,
  examples: { nextWindow: {}, until: { until: '2026-12-24T00:00:00.000Z' } },
  answers: { 200: { description: 'Put off', body: Maintenance } },
  errors: ['CLUSTER_NOT_FOUND', 'MAINTENANCE_NOT_FOUND', 'MAINTENANCE_STARTED', 'MAINTENANCE_NOT_POSTPONABLE'],
  idempotent: true,
})

export const startMaintenance = defineRoute({
  name: 'startMaintenance',
  method: 'post',
  path: '/v1/clusters/{clusterId}/maintenance/{maintenanceId}/actions/start-now',
  tag: 'Clusters',
  summary: 'Begin a maintenance now, whatever its window',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids'],
  params: maintenanceParams,
  query: NONE,
  answers: { 202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] } },
  errors: [
    'CLUSTER_NOT_FOUND',
    'MAINTENANCE_NOT_FOUND',
    'MAINTENANCE_STARTED',
    'VOLUME_NOT_LARGER',
    'VOLUME_CHANGE_TOO_SOON',
    'QUOTA_EXCEEDED',
    'STATUS_NOT_ALLOWED',
    'OPERATION_IN_PROGRESS',
  ],
  idempotent: true,
})
