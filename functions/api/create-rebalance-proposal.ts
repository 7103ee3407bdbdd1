import { ROUTES } from '../../shared/contract/routes.ts'
import type { ProposalRecord } from '../../shared/records/rebalance.ts'
import { proposeRebalance } from '../../shared/state/proposals.ts'
import { defineEndpoint } from './endpoint.ts'
import { proposalView } from './views/rebalance.ts'

/** Plans a rebalance of where everything is now, and keeps it to be approved. */
export const createRebalanceProposal = defineEndpoint({
  route: ROUTES.createRebalanceProposal,
  async handle({ params: { clusterId }, body, principal, requestId, idempotency }, ports) {
    const requester = { tenantId: principal.tenantId, requestedBy: principal.subject, requestId }
    const answer = (made: ProposalRecord) => {
      const view = proposalView(made)
      return { status: 201 as const, headers: { Location: view.links.self ?? '' }, body: view }
    }
    const { proposal } = await proposeRebalance(ports, requester, clusterId, body, (made) => [
      idempotency.keep(answer(made)),
    ])
    return answer(proposal)
  },
})
