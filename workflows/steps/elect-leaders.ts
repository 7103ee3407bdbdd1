import { DomainError } from '../../shared/errors/domain-error.ts'
import { judgeMoves } from '../../shared/planner/rebalance/judge-moves.ts'
import { nameOf } from '../../shared/planner/rebalance/layout-of.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { operationMoves } from '../moves.ts'
import { defineStep } from '../step.ts'

/**
 * The first replica of each partition that was moved leads it. One that cannot now is left to Kafka, which looks for such leaders
 * every few minutes itself.
 */
export const electLeaders = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { target, moves, operation } = await operationMoves(ports, input)
    const missing = await lookAtKafka(elect)
    if (missing !== undefined) throw new DomainError('NOT_YET', missing)
    return {}

    async function elect(): Promise<undefined> {
      const topics = await ports.kafka.topics(target)
      const done = new Set(judgeMoves(moves, topics, []).done.map(nameOf))
      const misled = topics.flatMap(({ name: topic, partitions }) =>
        partitions.flatMap(({ partition, leader, replicas }) =>
          done.has(nameOf({ topic, partition })) && leader !== replicas[0] ? [{ topic, partition }] : [],
        ),
      )
      if (misled.length === 0) return
      const refused = await ports.kafka.electPreferredLeaders(target, misled)
      for (const { topic, partition, code, detail } of refused)
        ports.log.warn('a preferred leader was not elected', {
          operationId: operation.operationId,
          topic,
          partition,
          code,
          reason: detail,
        })
    }
  },
})
