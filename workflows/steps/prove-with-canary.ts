import { DomainError } from '../../shared/errors/domain-error.ts'
import { RESERVED_PREFIX } from '../../shared/records/user.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The user and the topic of the canary; the name is hidden from tenants and both are gone when the step has ended. */
const CANARY = `${RESERVED_PREFIX}_canary`

/**
 * A record written with acks=all to a partition led by each broker comes back through the tenants' listener: TLS, SCRAM,
 * authorisation and replication work (kafka-operations §5.1, step 11). The step is not done before what it needed is gone.
 */
export const proveWithCanary = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 90,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, tenantId, clusterId)
    const target = kafkaTarget(cluster, brokers)
    const ids = brokers.filter(({ roles }) => roles.includes('broker')).map(({ nodeId }) => nodeId)
    const password = ports.ids.password()
    // Only read: a late call must not give a deleted cluster an authority again.
    const { caPem } = await ports.certificates.controlPlane(tenantId, clusterId)
    try {
      await allDone([
        ports.kafka.putUser(target, CANARY, password),
        ports.kafka.putAccessRules(target, [
          { principal: `User:${CANARY}`, resource: 'topic', pattern: 'literal', name: CANARY, operation: 'All' },
        ]),
        createCanaryTopic(),
      ])
      await ports.kafka.roundTrip(target, CANARY, password, caPem, CANARY)
    } catch (thrown) {
      // The next attempt removes what this one could not; that must not hide the reason.
      await removeCanary().catch((left) =>
        ports.log.warn('the canary was not removed', { tenantId, clusterId, reason: String(left) }),
      )
      if (thrown instanceof DomainError && thrown.code === 'CANARY_FAILED') {
        throw new DomainError('NOT_YET', `The test record did not come through: ${thrown.message}`, { cause: thrown })
      }
      throw thrown
    }
    await removeCanary()
    return {}

    async function createCanaryTopic(): Promise<void> {
      const replicationFactor = Math.min(3, ids.length)
      const assignment = ids.map((_, first) =>
        Array.from({ length: replicationFactor }, (_, next) => ids[(first + next) % ids.length] ?? 0),
      )
      try {
        await ports.kafka.createTopic(target, {
          name: CANARY,
          partitions: ids.length,
          replicationFactor,
          // Whatever the cluster makes of the tenants' records: this one is read here, where not every codec is at hand.
          config: { 'compression.type': 'uncompressed' },
          assignment,
        })
      } catch (thrown) {
        if (!(thrown instanceof DomainError && thrown.code === 'TOPIC_EXISTS')) throw thrown
      }
    }

    async function removeCanary(): Promise<void> {
      await allDone([
        ports.kafka.deleteTopic(target, CANARY),
        ports.kafka.deleteAccessRules(target, `User:${CANARY}`),
        ports.kafka.deleteUser(target, CANARY),
      ])
    }
  },
})

/** Waits for every call, so that none is still on its way when what they did is undone or done again. */
async function allDone(calls: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) if (result.status === 'rejected') throw result.reason
}
