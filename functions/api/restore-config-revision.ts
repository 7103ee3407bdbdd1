import { clusterRules } from '../../shared/contract/cluster-rules.ts'
import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { acceptChange } from '../../shared/state/accept-change.ts'
import { loadConfigRevisions } from '../../shared/state/config-revisions.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { planFacts } from './see-topics.ts'
import { clusterView } from './views/cluster.ts'
import { acceptedOperation } from './views/operation.ts'

/** Orders a Kafka configuration of the history anew. */
export const restoreConfigRevision = defineEndpoint({
  route: ROUTES.restoreConfigRevision,
  async handle({ params: { clusterId, revision }, principal, requestId, idempotency }, ports) {
    const { tenantId, subject } = principal
    const { record: seen } = await loadCluster(ports.store, tenantId, clusterId)
    const entry = (await loadConfigRevisions(ports.store, seen)).find((each) => each.revision === revision)
    if (!entry)
      throw new DomainError('CONFIG_REVISION_NOT_FOUND', `Cluster ${clusterId} has no configuration ${revision}.`)
    const facts = await planFacts(ports, seen, { ...seen.spec, config: entry.config })
    const accepted = (operation: OperationRecord) => ({
      status: 202 as const,
      headers: { Location: `/v1/operations/${operation.operationId}`, 'Content-Location': `/v1/clusters/${clusterId}` },
      body: acceptedOperation(operation, operation.nodes?.length ?? 0),
    })
    const operation = await acceptChange(
      ports,
      { tenantId, requestedBy: subject, requestId },
      clusterId,
      facts,
      {
        wanted: ({ spec }) => {
          const wanted = { ...spec, config: entry.config }
          const violations = clusterRules(wanted)
          if (violations.length > 0)
            throw new DomainError('INVALID_FIELD', 'The configuration breaks rules of this release.', { violations })
          return wanted
        },
        named: () => false,
        check: () => undefined,
      },
      (created) => [idempotency.keep(accepted(created))],
    )
    if (operation) return accepted(operation)
    const { record } = await loadCluster(ports.store, tenantId, clusterId)
    const unchanged = { status: 200 as const, body: await clusterView(ports, record) }
    await ports.store.transact([idempotency.keep(unchanged)])
    return unchanged
  },
})
