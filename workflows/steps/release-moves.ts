import { DomainError } from '../../shared/errors/domain-error.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { changeProgress } from '../moves.ts'
import { ownedCluster } from '../ownership.ts'
import { pollOneCall } from '../poll.ts'
import { releaseAll, throttlesLeft } from '../release-all.ts'
import { defineStep } from '../step.ts'

/**
 * Nothing of the moves is left in Kafka: what is under way goes back, what is done stays, and no throttle stands. It ends every
 * way out, good or bad.
 */
export const releaseMoves = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const cluster = await ownedCluster(ports, input)
    if (cluster.movedBy === operationId) {
      const nodes = await brokersOf(ports.store, tenantId, clusterId)
      const missing = await lookAtKafka(async () => {
        await releaseAll(ports, cluster, nodes)
        return undefined
      })
      if (missing !== undefined) throw new DomainError('NOT_YET', missing)
      const target = kafkaTarget(cluster, nodes)
      await pollOneCall(ports, () => lookAtKafka(() => throttlesLeft(ports, target)))
      await changeCluster(ports, input, (draft) => {
        const { movedBy, ...free } = draft.cluster()
        if (movedBy === operationId) draft.replaceCluster(free)
      })
    }
    await changeProgress(ports, input, (progress) =>
      progress?.state === 'Moving' ? { ...progress, state: 'Ended', leastLeft: {} } : undefined,
    )
    return {}
  },
})
