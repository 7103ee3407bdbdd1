import { ROUTES } from '../../shared/contract/routes.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import type { MaintenanceRecord } from '../../shared/records/maintenance.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { slicePage } from './page.ts'
import { maintenanceView } from './views/maintenance.ts'

/** Shows what is going to be done with a cluster, is being done, and was done, without anybody asking for it. */
export const listMaintenance = defineEndpoint({
  route: ROUTES.listMaintenance,
  async handle({ params: { clusterId }, principal: { tenantId }, page }, { store }) {
    const { record: cluster } = await loadCluster(store, tenantId, clusterId)
    const partition = partitions.cluster(tenantId, clusterId)
    const past = await listRecords<MaintenanceRecord>(store, partition, sorts.maintenance)
    const records = [...(cluster.maintenance ?? []), ...past.map(({ record }) => record)]
    const { items, ...rest } = slicePage(records, page, newestFirst)
    return { status: 200, body: { items: items.map((record) => maintenanceView(clusterId, record)), ...rest } }
  },
})

/** More milliseconds than any time of a record has, so that what is left of it sorts by text, the latest first. */
const FAR_FUTURE = 9_999_999_999_999

/** Of two of the same time the one that is not over is the newer. */
const newestFirst = ({ createdAt, finishedAt, maintenanceId }: MaintenanceRecord): string =>
  `${FAR_FUTURE - Date.parse(createdAt)}#${finishedAt === undefined ? 0 : 1}#${maintenanceId}`
