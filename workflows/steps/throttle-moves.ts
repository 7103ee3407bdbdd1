import { DomainError } from '../../shared/errors/domain-error.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { asMover, brokersInvolved, operationMoves } from '../moves.ts'
import { loadProgress } from '../release-all.ts'
import { defineStep } from '../step.ts'

/**
 * Every broker that gives or takes replicas is throttled before the first of them is moved. From here on the cluster bears the
 * operation's mark, by which whatever is left of it in Kafka is found if the operation dies.
 */
export const throttleMoves = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { target, moves, progress } = await operationMoves(ports, input)
    const isDue = await changeCluster(ports, input, async (draft) => {
      // A call that hung until all was taken back has nothing to throttle any more, and must not leave a mark.
      if ((await loadProgress(ports, input.tenantId, input.operationId))?.state === 'Ended') return false
      const { movedBy } = draft.cluster()
      if (movedBy !== input.operationId) draft.setCluster({ movedBy: input.operationId })
      return true
    })
    if (!isDue) return {}
    const missing = await lookAtKafka(async () => {
      await asMover(ports, input, moves, () =>
        ports.kafka.throttleBrokers(target, brokersInvolved(moves), progress.throttleBytesPerSecond),
      )
      return undefined
    })
    if (missing !== undefined) throw new DomainError('NOT_YET', missing)
    return {}
  },
})
