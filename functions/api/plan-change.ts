import { ROUTES } from '../../shared/contract/routes.ts'
import { planChange as plan } from '../../shared/planner/plan-change.ts'
import { loadBrokers, loadCluster } from '../../shared/state/load.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import { defineEndpoint } from './endpoint.ts'
import { namesField, wantedSpec } from './wanted-spec.ts'

/** Shows what a change would come to, and writes nothing: not even an idempotency record, for a repeat may see more. */
export const planChange = defineEndpoint({
  route: ROUTES.planChange,
  async handle({ params: { clusterId }, body: patch, principal: { tenantId } }, ports) {
    const { record: cluster } = await loadCluster(ports.store, tenantId, clusterId)
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    return { status: 200, body: plan(cluster, brokers, wantedSpec(cluster.spec, patch), facts, namesField(patch)) }
  },
})
