import { judgeMoves } from '../../shared/planner/rebalance/judge-moves.ts'
import { nameOf } from '../../shared/planner/rebalance/layout-of.ts'
import { lookAtKafka, pollUnlessHostsFail } from '../kafka-view.ts'
import { operationMoves } from '../moves.ts'
import { defineStep } from '../step.ts'

/** Every partition that was moved has just the replicas that it was to have, and all of them are in sync. */
export const verifyMoves = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 60,
  run: async (input, ports) => {
    const { target, moves } = await operationMoves(ports, input)
    await pollUnlessHostsFail(ports, input, () =>
      lookAtKafka(async () => {
        const [topics, moving] = await Promise.all([ports.kafka.topics(target), ports.kafka.reassignments(target)])
        const { done, inFlight, waiting } = judgeMoves(moves, topics, moving)
        const [left] = [...inFlight, ...waiting]
        if (left) return `${inFlight.length + waiting.length} partitions are not moved, ${nameOf(left)} among them.`
        const moved = new Set(done.map(nameOf))
        const lagging = topics.flatMap(({ name: topic, partitions }) =>
          partitions.flatMap(({ partition, replicas, isr }) => {
            const name = nameOf({ topic, partition })
            return moved.has(name) && replicas.some((nodeId) => !isr.includes(nodeId)) ? [name] : []
          }),
        )
        return lagging.length === 0
          ? undefined
          : `${lagging.length} partitions that were moved are not in sync, ${lagging[0]} among them.`
      }),
    )
    return {}
  },
})
