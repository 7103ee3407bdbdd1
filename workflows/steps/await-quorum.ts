import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { lookAtKafka, pollUnlessHostsFail } from '../kafka-view.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The quorum has a leader and every voter has caught up with it (kafka-operations §5.1, step 7). */
export const awaitQuorum = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const target = kafkaTarget(cluster, brokers)
    const expected = brokers.filter(({ roles }) => roles.includes('controller')).map(({ nodeId }) => nodeId)
    await pollUnlessHostsFail(ports, input, () =>
      lookAtKafka(async () => {
        const { leaderId, voters } = await ports.kafka.quorum(target)
        if (leaderId < 0) return 'The quorum has no leader yet.'
        const late = expected.filter((nodeId) => !voters.some((voter) => voter.nodeId === nodeId && voter.caughtUp))
        return late.length === 0
          ? undefined
          : `Controllers ${late.join(', ')} have not caught up with leader ${leaderId} yet.`
      }),
    )
    return {}
  },
})
