import { ROUTES } from '../../shared/contract/routes.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import { loadCluster, loadOperation } from '../../shared/state/load.ts'
import { fromItem } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { readPage } from './page.ts'
import { operationSummary } from './views/operation.ts'

/** Lists the operations of one cluster, newest first, by the pointers in the cluster's own partition. */
export const listClusterOperations = defineEndpoint({
  route: ROUTES.listClusterOperations,
  async handle({ params: { clusterId }, query, principal: { tenantId }, page }, { store }) {
    await loadCluster(store, tenantId, clusterId)
    const pointers = {
      partition: partitions.cluster(tenantId, clusterId),
      sortPrefix: sorts.operation,
      descending: true,
    }
    const body = await readPage(store, pointers, page, async (item) => {
      const { operationId } = fromItem<{ operationId: string }>(item).record
      const { record } = await loadOperation(store, tenantId, operationId)
      const isWanted =
        (query.state === undefined || record.state === query.state) &&
        (query.type === undefined || record.type === query.type)
      return isWanted ? operationSummary(record) : undefined
    })
    return { status: 200, body }
  },
})
