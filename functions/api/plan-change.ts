import { ROUTES } from '../../shared/contract/routes.ts'
import { planChange as plan } from '../../shared/planner/plan-change.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { planFacts } from './see-topics.ts'
import { leavingOf, namesField, wantedSpec } from './wanted-spec.ts'

/** Shows what a change would come to, and writes nothing: not even an idempotency record, for a repeat may see more. */
export const planChange = defineEndpoint({
  route: ROUTES.planChange,
  async handle({ params: { clusterId }, query: { rebalance }, body: patch, principal: { tenantId } }, ports) {
    const { record: cluster } = await loadCluster(ports.store, tenantId, clusterId)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const wanted = wantedSpec(cluster.spec, patch)
    const facts = await planFacts(ports, cluster, wanted, leavingOf(patch))
    return { status: 200, body: plan(cluster, brokers, wanted, facts, namesField(patch), { rebalance }) }
  },
})
