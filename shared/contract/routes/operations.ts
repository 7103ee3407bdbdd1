import { z } from 'zod'
import { OperationTypeName } from '../cluster.ts'
import { Operation, OperationStateName, OperationSummary } from '../operation.ts'
import { ClusterId, clusterParams, NONE, OperationId, pageOf, pageQuery, queryInteger } from '../primitives.ts'
import { defineRoute } from '../route.ts'

/** The longest a `wait` may be: API Gateway ends a request after 29 seconds. */
export const MAX_WAIT_SECONDS = 25

const filters = { state: OperationStateName.optional(), type: OperationTypeName.optional(), ...pageQuery } as const

export const listOperations = defineRoute({
  name: 'listOperations',
  method: 'get',
  path: '/v1/operations',
  tag: 'Operations',
  summary: 'List the operations of all clusters, newest first',
  scope: 'clusters:read',
  needs: ['store'],
  params: z.strictObject({}),
  query: z.strictObject({ clusterId: ClusterId.optional(), ...filters }),
  answers: { 200: { description: 'A page of operations', body: pageOf(OperationSummary) } },
  errors: [],
  paged: true,
})

export const listClusterOperations = defineRoute({
  name: 'listClusterOperations',
  method: 'get',
  path: '/v1/clusters/{clusterId}/operations',
  tag: 'Operations',
  summary: 'List the operations of a cluster, newest first',
  scope: 'clusters:read',
  needs: ['store'],
  params: clusterParams,
  query: z.strictObject({ ...filters }),
  answers: { 200: { description: 'A page of operations', body: pageOf(OperationSummary) } },
  errors: ['CLUSTER_NOT_FOUND'],
  paged: true,
})

export const getOperation = defineRoute({
  name: 'getOperation',
  method: 'get',
  path: '/v1/operations/{operationId}',
  tag: 'Operations',
  summary: 'Show an operation, on request as soon as it has ended',
  scope: 'clusters:read',
  needs: ['store', 'clock'],
  params: z.strictObject({ operationId: OperationId }),
  query: z.strictObject({
    wait: queryInteger(
      0,
      MAX_WAIT_SECONDS,
      'Seconds to wait for the end of the operation before its present state is answered',
    ).default(0),
  }),
  answers: { 200: { description: 'The operation', body: Operation } },
  errors: ['OPERATION_NOT_FOUND'],
  etag: true,
})

const ACTIONS = {
  pauseOperation: { verb: 'pause', summary: 'Let an operation rest at the next border between two brokers' },
  resumeOperation: {
    verb: 'resume',
    summary: 'Take up an operation that rests or has failed, at the broker where it stopped',
  },
  cancelOperation: { verb: 'cancel', summary: 'End an operation at the next border between two brokers' },
} as const

function actionRoute<const N extends keyof typeof ACTIONS>(name: N) {
  return defineRoute({
    name,
    method: 'post',
    path: `/v1/operations/{operationId}/actions/${ACTIONS[name].verb}`,
    tag: 'Operations',
    summary: ACTIONS[name].summary,
    scope: 'clusters:write',
    needs: ['store', 'clock', 'ids'],
    params: z.strictObject({ operationId: OperationId }),
    query: NONE,
    answers: { 202: { description: 'Accepted', body: Operation, headers: ['Location'] } },
    errors: ['OPERATION_NOT_FOUND', 'OPERATION_NOT_CONTROLLABLE', 'OPERATION_IN_PROGRESS', 'CLUSTER_NOT_FOUND'],
    idempotent: true,
  })
}

export const pauseOperation = actionRoute('pauseOperation')
export const resumeOperation = actionRoute('resumeOperation')
export const cancelOperation = actionRoute('cancelOperation')
