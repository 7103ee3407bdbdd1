import { ROUTES } from '../../shared/contract/routes.ts'
import type { OperationState } from '../../shared/lifecycle/statuses.ts'
import { loadOperation } from '../../shared/state/load.ts'
import { defineEndpoint } from './endpoint.ts'
import { operationView } from './views/operation.ts'

const ENDED: ReadonlySet<OperationState> = new Set(['Succeeded', 'Failed', 'Cancelled'])

/** How often a waiting request looks: two cheap reads a second, and an answer at most half a second late. */
const LOOK_EVERY_MILLISECONDS = 500

/** Shows an operation; with `wait`, as soon as it has ended or the time is up. */
export const getOperation = defineEndpoint({
  route: ROUTES.getOperation,
  async handle({ params: { operationId }, query, principal: { tenantId } }, { store, clock }) {
    const until = clock.now() + query.wait * 1000
    for (;;) {
      const { record } = await loadOperation(store, tenantId, operationId)
      const left = until - clock.now()
      if (ENDED.has(record.state) || left <= 0) return { status: 200, body: await operationView({ store }, record) }
      await clock.sleep(Math.min(left, LOOK_EVERY_MILLISECONDS))
    }
  },
})
