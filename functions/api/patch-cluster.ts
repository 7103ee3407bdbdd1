import { isDeepStrictEqual } from 'node:util'
import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { acceptChange } from '../../shared/state/accept-change.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { assertMatches } from '../middleware/entity-tag.ts'
import { defineEndpoint } from './endpoint.ts'
import { planFacts } from './see-topics.ts'
import { clusterView } from './views/cluster.ts'
import { operationView } from './views/operation.ts'
import { leavingOf, namesField, wantedSpec } from './wanted-spec.ts'

/** Changes what was ordered: at once, or by an operation that does what the plan of the same body shows. */
export const patchCluster = defineEndpoint({
  route: ROUTES.patchCluster,
  async handle({ params: { clusterId }, query: { rebalance }, body: patch, principal, requestId, ifMatch }, ports) {
    const { tenantId, subject } = principal
    const { record: seen } = await loadCluster(ports.store, tenantId, clusterId)
    assertMatches(ifMatch, await clusterView(ports, seen))
    const facts = await planFacts(ports, seen, wantedSpec(seen.spec, patch), leavingOf(patch))
    const operation = await acceptChange(ports, { tenantId, requestedBy: subject, requestId }, clusterId, facts, {
      wanted: ({ spec }) => wantedSpec(spec, patch),
      named: namesField(patch),
      wishes: { rebalance },
      check: (cluster) => {
        if (ifMatch.trim() === '*' || isDeepStrictEqual(cluster, seen)) return
        throw new DomainError('PRECONDITION_FAILED', 'The cluster has changed while this request was being checked.')
      },
    })
    if (!operation) {
      const { record } = await loadCluster(ports.store, tenantId, clusterId)
      return { status: 200, body: await clusterView(ports, record) }
    }
    return {
      status: 202,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: await operationView(ports, operation),
    }
  },
})
