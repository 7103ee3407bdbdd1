import { isDeepStrictEqual } from 'node:util'
import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { assertMatches } from '../middleware/entity-tag.ts'
import { defineEndpoint } from './endpoint.ts'
import { clusterView } from './views/cluster.ts'
import { operationView } from './views/operation.ts'

/**
 * Accepts the deletion of a cluster. A caller whose earlier DELETE was accepted but not heard gets the same operation,
 * although its ETag is old by now (RFC 9110 §13.1.1 allows just this).
 */
export const deleteCluster = defineEndpoint({
  route: ROUTES.deleteCluster,
  async handle({ params: { clusterId }, query: { now }, principal, requestId, ifMatch }, ports) {
    const { tenantId, subject } = principal
    const { record: seen } = await loadCluster(ports.store, tenantId, clusterId)
    const view = await clusterView(ports, seen)
    const requester = { tenantId, requestedBy: subject, requestId }
    const check = (cluster: ClusterRecord) => {
      assertMatches(ifMatch, view)
      if (ifMatch.trim() === '*' || isDeepStrictEqual(cluster, seen)) return
      throw new DomainError('PRECONDITION_FAILED', 'The cluster has changed while this request was being checked.')
    }
    const operation = await acceptDelete(ports, requester, clusterId, check, { now })
    return {
      status: 202,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: await operationView(ports, operation),
    }
  },
})
