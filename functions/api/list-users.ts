import { ROUTES } from '../../shared/contract/routes.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import type { UserRecord } from '../../shared/records/user.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { fromItem } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { readPage } from './page.ts'
import { userView } from './views/user.ts'

/** Lists the Kafka users of a cluster. */
export const listUsers = defineEndpoint({
  route: ROUTES.listUsers,
  async handle({ params: { clusterId }, principal: { tenantId }, page }, { store }) {
    await loadCluster(store, tenantId, clusterId)
    const users = { partition: partitions.cluster(tenantId, clusterId), sortPrefix: sorts.user }
    const body = await readPage(store, users, page, (item) => {
      const { record } = fromItem<UserRecord>(item)
      return record.state === 'Ready' ? userView(clusterId, record) : undefined
    })
    return { status: 200, body }
  },
})
