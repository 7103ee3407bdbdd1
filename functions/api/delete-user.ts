import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { principalOf } from '../../shared/kafka-access/access-rules.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { assertMatches } from '../middleware/entity-tag.ts'
import { defineEndpoint } from './endpoint.ts'
import { loadUser } from './load-user.ts'
import { servingCluster } from './serving-cluster.ts'
import { userView } from './views/user.ts'

/** Deletes a Kafka user: first what it may do, then how it logs in, then our record of it, so that a repeat finishes. */
export const deleteUser = defineEndpoint({
  route: ROUTES.deleteUser,
  async handle({ params: { clusterId, userName }, principal: { tenantId }, ifMatch }, ports) {
    await loadCluster(ports.store, tenantId, clusterId)
    const user = await loadUser(ports.store, tenantId, clusterId, userName)
    assertMatches(ifMatch, userView(clusterId, user.record))
    const { target } = await servingCluster(ports.store, tenantId, clusterId)
    await ports.kafka.deleteAccessRules(target, principalOf(userName))
    await ports.kafka.deleteUser(target, userName)
    await changeCluster(ports, { tenantId, clusterId }, async (draft) => {
      const now = await loadUser(ports.store, tenantId, clusterId, userName)
      if (now.record.createdAt !== user.record.createdAt) {
        throw new DomainError('PRECONDITION_FAILED', `The user ${userName} was created anew meanwhile.`)
      }
      draft.emit('kafka.user.deleted.v1', userName, { name: userName })
      draft.also({ ...now.key, delete: true, guard: { version: now.version } })
    })
    return { status: 204 }
  },
})
