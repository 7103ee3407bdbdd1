import { ROUTES } from '../../shared/contract/routes.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { loadMoves } from '../../shared/state/move-lists.ts'
import { loadProposal } from '../../shared/state/proposals.ts'
import { defineEndpoint } from './endpoint.ts'
import { slicePage } from './page.ts'

/** Lists the moves of a proposal. */
export const listRebalanceMoves = defineEndpoint({
  route: ROUTES.listRebalanceMoves,
  async handle({ params: { clusterId, proposalId }, principal: { tenantId }, page }, ports) {
    await loadCluster(ports.store, tenantId, clusterId)
    await loadProposal(ports, tenantId, clusterId, proposalId)
    const moves = await loadMoves(ports.store, { tenantId, clusterId, list: proposalId })
    const { items, ...rest } = slicePage(moves, page, placeOf)
    return {
      status: 200,
      body: { items: items.map((move) => ({ ...move, from: [...move.from], to: [...move.to] })), ...rest },
    }
  },
})

/** A place that sorts by topic, and by the number of the partition within it. */
const placeOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic} ${String(partition).padStart(9, '0')}`
