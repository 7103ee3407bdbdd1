import { ROUTES } from '../../shared/contract/routes.ts'
import { type ConfigRevisionEntry, loadConfigRevisions } from '../../shared/state/config-revisions.ts'
import { loadCluster, loadOperation } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { slicePage } from './page.ts'
import { configRevisionView } from './views/config-revision.ts'

/** Shows the history of a cluster's Kafka configuration. */
export const listConfigRevisions = defineEndpoint({
  route: ROUTES.listConfigRevisions,
  async handle({ params: { clusterId }, principal: { tenantId }, page }, { store }) {
    const { record: cluster } = await loadCluster(store, tenantId, clusterId)
    const entries = await loadConfigRevisions(store, cluster)
    const { items: shown, ...rest } = slicePage(entries, page, newestFirst)
    const items = await Promise.all(
      shown.map(async (entry) => {
        const { operationId } = entry
        const state = operationId && (await loadOperation(store, tenantId, operationId)).record.state
        return configRevisionView(cluster, entry, state || undefined)
      }),
    )
    return { status: 200, body: { items, ...rest } }
  },
})

/** A place that sorts by text as the number does, the largest first. */
const newestFirst = ({ revision }: ConfigRevisionEntry): string => String(999_999_999 - revision).padStart(9, '0')
