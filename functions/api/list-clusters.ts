import { ROUTES } from '../../shared/contract/routes.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { partitions } from '../../shared/records/keys.ts'
import { fromItem } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { readPage } from './page.ts'
import { clusterSummary } from './views/cluster.ts'

/** Lists the tenant's clusters. Ids sort by the time of creation, so the store's order is the list's. */
export const listClusters = defineEndpoint({
  route: ROUTES.listClusters,
  async handle({ query, principal, page }, { store, clock }) {
    const [labelKey, labelValue] = query.label?.split(/=(.*)/s) ?? []
    const isWanted = ({ status, health, spec }: ClusterRecord) =>
      // What was deleted is listed for those who ask for it.
      (query.status === undefined ? status !== 'Deleted' : status === query.status) &&
      (query.health === undefined || health === query.health) &&
      (query.name === undefined || spec.name === query.name) &&
      (labelKey === undefined || spec.labels[labelKey] === labelValue)
    const now = clock.now()
    const body = await readPage(store, { partition: partitions.clusters(principal.tenantId) }, page, (item) => {
      const { record } = fromItem<ClusterRecord>(item)
      return isWanted(record) ? clusterSummary(record, now) : undefined
    })
    return { status: 200, body }
  },
})
