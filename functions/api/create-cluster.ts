import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { supportOf } from '../../shared/catalogue/support.ts'
import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { notOfferedViolation } from '../../shared/network/public-access.ts'
import { placeNodes } from '../../shared/placement/place-nodes.ts'
import { acceptCreate } from '../../shared/state/accept-create.ts'
import { loadTenant } from '../../shared/state/load.ts'
import { chargeUsage } from '../../shared/state/quota.ts'
import { usageOf } from '../../shared/state/usage.ts'
import { defineEndpoint } from './endpoint.ts'
import { assertNameIsFree } from './name-lock.ts'
import { versionWarnings } from './views/cluster.ts'
import { acceptedOperation } from './views/operation.ts'

/** Accepts an order for a cluster, or only checks it. The workflow is started by the job that follows the store's feed. */
export const createCluster = defineEndpoint({
  route: ROUTES.createCluster,
  async handle({ query, body: spec, principal, requestId, idempotency }, ports) {
    const { tenantId, subject } = principal
    if (spec.network.access === 'public' && !ports.offering.publicAccess) {
      const violation = notOfferedViolation()
      throw new DomainError('INVALID_FIELD', `${violation.pointer} ${violation.detail}.`, { violations: [violation] })
    }
    assertStillSupported(spec.kafkaVersion, ports.clock.now())
    const nodes = placeNodes(spec)
    if (query.validateOnly) {
      await assertNameIsFree(ports.store, tenantId, spec.name)
      const { limits, usage } = (await loadTenant(ports.store, tenantId)).record
      chargeUsage(limits, usage, usageOf(nodes.map(() => spec.brokers)))
      return {
        status: 200,
        body: {
          spec,
          nodes: nodes.map(({ nodeId, roles, zone }) => ({ nodeId, roles: [...roles], zone })),
          warnings: versionWarnings(spec.kafkaVersion, ports.clock.now()),
        },
      }
    }
    const accepted = (operation: Parameters<typeof acceptedOperation>[0]) => ({
      status: 202 as const,
      headers: {
        Location: `/v1/operations/${operation.operationId}`,
        'Content-Location': `/v1/clusters/${operation.clusterId}`,
      },
      body: acceptedOperation(operation, nodes.length),
    })
    const requester = { tenantId, requestedBy: subject, requestId }
    const { operation } = await acceptCreate(ports, requester, spec, (created) => [idempotency.keep(accepted(created))])
    return accepted(operation)
  },
})

/** Clusters that exist go on with a release that has ended; nobody begins a new one with it. */
function assertStillSupported(version: KafkaVersion, now: number): void {
  const { until, state } = supportOf(version, now)
  if (state !== 'Ended') return
  const detail = `Kafka ${version} has not been supported since ${until} and cannot be ordered any more.`
  throw new DomainError('VERSION_NOT_SUPPORTED', detail, {
    violations: [{ pointer: '/kafkaVersion', rule: 'version_not_supported', detail }],
  })
}
