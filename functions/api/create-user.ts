import { ROUTES } from '../../shared/contract/routes.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { accessRules } from '../../shared/kafka-access/access-rules.ts'
import { keys } from '../../shared/records/keys.ts'
import type { UserRecord } from '../../shared/records/user.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { getRecord, putRecord } from '../../shared/state/stored.ts'
import { defineEndpoint } from './endpoint.ts'
import { CLAIM_SECONDS } from './idempotency.ts'
import { servingCluster } from './serving-cluster.ts'
import { userView } from './views/user.ts'

/**
 * Creates a Kafka user. Its name is reserved in the store before Kafka is told, so that two requests cannot set each
 * other's password; the password is in the answer and nowhere else, also not in what is kept for repeats. A try that died
 * on the way is gone on with by its own key, or by any once its claim has run out: nobody has its password.
 */
export const createUser = defineEndpoint({
  route: ROUTES.createUser,
  async handle({ params: { clusterId }, body, principal: { tenantId }, idempotency }, ports) {
    const { target } = await servingCluster(ports.store, tenantId, clusterId)
    const key = keys.user(tenantId, clusterId, body.name)
    const user: UserRecord = { ...body, state: 'Creating', createdAt: timestamp(ports) }
    await idempotency.claim(async (resumed) => {
      const there = await getRecord<UserRecord>(ports.store, key)
      if (there && !mayTakeOver(there.record, resumed, ports.clock.now())) {
        throw new DomainError('USER_EXISTS', `Cluster ${clusterId} has a user ${body.name}.`, {
          metadata: { clusterId, name: body.name },
        })
      }
      return [putRecord(key, user, there)]
    })
    const password = ports.ids.password()
    await ports.kafka.putUser(target, user.name, password)
    const rules = accessRules(user)
    await ports.kafka.putAccessRules(target, rules)
    await ports.kafka.awaitUser(target, user.name, password, rules.length)
    const view = userView(clusterId, user)
    const answer = { status: 201 as const, headers: { Location: `/v1/clusters/${clusterId}/users/${user.name}` } }
    await changeCluster(ports, { tenantId, clusterId }, async (draft) => {
      const reserved = await getRecord<UserRecord>(ports.store, key)
      if (reserved?.record.state !== 'Creating' || reserved.record.createdAt !== user.createdAt) {
        throw new DomainError('USER_EXISTS', `Another request has created the user ${user.name} meanwhile.`)
      }
      const { name, role, topicPrefix } = user
      draft.emit('kafka.user.created.v1', name, { name, role, topicPrefix })
      draft.also(putRecord(key, { ...user, state: 'Ready' }, reserved), idempotency.keep({ ...answer, body: view }))
    })
    return { ...answer, body: { ...view, password } }
  },
})

function mayTakeOver({ state, createdAt }: UserRecord, resumed: boolean, now: number): boolean {
  return state === 'Creating' && (resumed || now - Date.parse(createdAt) > CLAIM_SECONDS * 1000)
}
