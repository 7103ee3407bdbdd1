import { ROUTES } from '../../shared/contract/routes.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { loadProposal } from '../../shared/state/proposals.ts'
import { defineEndpoint } from './endpoint.ts'
import { proposalView } from './views/rebalance.ts'

/** Shows a proposal of a rebalance. */
export const getRebalanceProposal = defineEndpoint({
  route: ROUTES.getRebalanceProposal,
  async handle({ params: { clusterId, proposalId }, principal: { tenantId } }, ports) {
    await loadCluster(ports.store, tenantId, clusterId)
    return { status: 200, body: proposalView(await loadProposal(ports, tenantId, clusterId, proposalId)) }
  },
})
