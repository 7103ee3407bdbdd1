import { z } from 'zod'
import { Operation } from '../operation.ts'
import { Plan } from '../plan.ts'
import { clusterParams, queryBoolean } from '../primitives.ts'
import { defineRoute } from '../route.ts'

const power = {
  method: 'post',
  tag: 'Clusters',
  scope: 'clusters:write',
  needs: ['store', 'clock', 'ids'],
  params: clusterParams,
  query: z.strictObject({ validateOnly: queryBoolean('Show the plan only').default(false) }),
  answers: {
    200: { description: 'The plan (validateOnly)', body: Plan },
    202: { description: 'Accepted', body: Operation, headers: ['Location', 'Content-Location'] },
  },
  errors: ['CLUSTER_NOT_FOUND', 'OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED'],
  idempotent: true,
} as const

export const stopCluster = defineRoute({
  ...power,
  name: 'stopCluster',
  path: '/v1/clusters/{clusterId}/actions/stop',
  summary: 'Stop a cluster: compute is given back, data and identity are kept',
  description:
    'Clients lose the cluster until it is started again. Brokers stop first and in their own time, then the controllers; then their machines are given back and no compute is billed any more. Volumes, addresses, names, certificates, users and topics stay, and storage is billed on. With `validateOnly=true` nothing is written and the plan is answered: what is given back, what is billed meanwhile, and every reason why it would be refused. A stop that is cancelled starts again what it has stopped.',
})

export const startCluster = defineRoute({
  ...power,
  name: 'startCluster',
  path: '/v1/clusters/{clusterId}/actions/start',
  summary: 'Start a stopped cluster again',
  description:
    'Every node gets a machine with its volume, address and node id, the controllers first; the cluster is Active, and compute is billed again, when all replicas are in sync and a test record has come through. Clients find the same cluster under the same names. With `validateOnly=true` nothing is written and the plan is answered. A start that is cancelled stops again what it has started.',
})

export const restoreCluster = defineRoute({
  ...power,
  name: 'restoreCluster',
  path: '/v1/clusters/{clusterId}/actions/restore',
  summary: 'Bring a deleted cluster back that is kept',
  description:
    'A cluster that was ordered with `deletion.keepDays` is kept when it is deleted: `GET /v1/clusters?status=Deleted` lists what can be restored, and `restorableUntil` says until when. It comes back with its data, names, certificates and users, exactly as a start brings back a stopped cluster. With `validateOnly=true` nothing is written and the plan is answered. A restore that is cancelled leaves the cluster stopped.',
})
