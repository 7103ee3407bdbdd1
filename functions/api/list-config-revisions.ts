import { ROUTES } from '../../shared/contract/routes.ts'
import { loadConfigRevisions } from '../../shared/state/config-revisions.ts'
import { loadCluster, loadOperation } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { configRevisionView } from './views/config-revision.ts'

/** Shows the history of a cluster's Kafka configuration. */
export const listConfigRevisions = defineEndpoint({
  route: ROUTES.listConfigRevisions,
  async handle({ params: { clusterId }, principal: { tenantId } }, { store }) {
    const { record: cluster } = await loadCluster(store, tenantId, clusterId)
    const entries = (await loadConfigRevisions(store, cluster)).toReversed()
    const items = await Promise.all(
      entries.map(async (entry) => {
        const { operationId } = entry
        const state = operationId && (await loadOperation(store, tenantId, operationId)).record.state
        return configRevisionView(cluster, entry, state || undefined)
      }),
    )
    return { status: 200, body: { items } }
  },
})
