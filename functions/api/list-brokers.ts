import { ROUTES } from '../../shared/contract/routes.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import { hostsOf, loadCluster } from '../../shared/state/load.ts'
import { fromItem } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { readPage } from './page.ts'
import { brokerView } from './views/broker.ts'

/** Lists the brokers and controllers of a cluster. */
export const listBrokers = defineEndpoint({
  route: ROUTES.listBrokers,
  async handle({ params: { clusterId }, principal: { tenantId }, page }, { store }) {
    const { record: cluster } = await loadCluster(store, tenantId, clusterId)
    const hosts = new Map((await hostsOf(store, tenantId, clusterId)).map((host) => [host.nodeId, host]))
    const partition = partitions.cluster(tenantId, clusterId)
    const body = await readPage(store, { partition, sortPrefix: sorts.broker }, page, (item) => {
      const { record } = fromItem<BrokerRecord>(item)
      return brokerView(cluster, record, hosts.get(record.nodeId))
    })
    return { status: 200, body }
  },
})
