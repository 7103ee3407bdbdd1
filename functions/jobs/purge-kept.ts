import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { SWEEPER } from './last-operations.ts'
import type { Duty } from './maintain.ts'

/** Takes away what was kept of deleted clusters when their days are over. */
export const purgeKept: Duty = {
  name: 'purgeKept',
  look: async (ports, { tenantId, clusterId, status, restorableUntil, activeOperationId }, now) => {
    if (status !== 'Deleted' || restorableUntil === undefined || activeOperationId !== undefined) return undefined
    if (now < Date.parse(restorableUntil)) return undefined
    const requester = { tenantId, requestedBy: SWEEPER, requestId: ports.ids.next('request') }
    // It may have been restored since it was read.
    const check = ({ restorableUntil: until }: { readonly restorableUntil?: string }) => {
      if (until !== restorableUntil) throw new Restored()
    }
    try {
      const { operationId } = await acceptDelete(ports, requester, clusterId, check, { now: true })
      ports.log.info('a deleted cluster is taken away: its days are over', { tenantId, clusterId, operationId })
    } catch (thrown) {
      if (!(thrown instanceof Restored)) throw thrown
    }
    return undefined
  },
}

class Restored extends Error {
  override readonly name = 'Restored'
}
