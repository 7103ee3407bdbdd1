import { ROUTES } from '../../shared/contract/routes.ts'
import { partitions } from '../../shared/records/keys.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { fromItem } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { readPage } from './page.ts'
import { operationSummary } from './views/operation.ts'

/** Lists the tenant's operations, newest first. */
export const listOperations = defineEndpoint({
  route: ROUTES.listOperations,
  async handle({ query, principal, page }, { store }) {
    const isWanted = ({ state, type, clusterId }: OperationRecord) =>
      (query.state === undefined || state === query.state) &&
      (query.type === undefined || type === query.type) &&
      (query.clusterId === undefined || clusterId === query.clusterId)
    const all = { partition: partitions.operations(principal.tenantId), descending: true }
    const body = await readPage(store, all, page, (item) => {
      const { record } = fromItem<OperationRecord>(item)
      return isWanted(record) ? operationSummary(record) : undefined
    })
    return { status: 200, body }
  },
})
