import type { Needed } from '../../shared/ports/ports.ts'
import { partitions } from '../../shared/records/keys.ts'
import { fromItem } from '../../shared/state/stored.ts'

/** The row of a cluster in the list of all that exist. */
export interface FleetCluster {
  readonly tenantId: string
  readonly clusterId: string
}

/** How many clusters are read at once. */
const PAGE_SIZE = 100

/** All clusters that exist, whoever owns them. */
export async function* fleetClusters({ store }: Needed<'store'>): AsyncGenerator<FleetCluster> {
  let after: string | undefined
  do {
    const page = await store.query({
      partition: partitions.fleet,
      limit: PAGE_SIZE,
      ...(after !== undefined && { after }),
    })
    for (const item of page.items) yield fromItem<FleetCluster>(item).record
    after = page.next
  } while (after !== undefined)
}
