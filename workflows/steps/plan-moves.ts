import { DomainError } from '../../shared/errors/domain-error.ts'
import { type PartitionMove, planRebalance } from '../../shared/planner/rebalance/plan-rebalance.ts'
import { toBytes } from '../../shared/planner/rebalance/throttle.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../../shared/records/cluster.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import type { MovesProgressRecord } from '../../shared/records/rebalance.ts'
import { timestamp } from '../../shared/state/change-cluster.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { loadMoves, saveMoves } from '../../shared/state/move-lists.ts'
import { seeLayout } from '../../shared/state/see-layout.ts'
import { lookAtKafka } from '../kafka-view.ts'
import { changeProgress, rebalanceOf } from '../moves.ts'
import { ownedOperation } from '../ownership.ts'
import { loadProgress } from '../release-all.ts'
import { defineStep, type StepInput } from '../step.ts'

/**
 * Says which replicas are to be moved: those of the proposal that was approved, or those that are planned here and now, of where
 * everything is. What an attempt has planned it goes on with; a later attempt plans anew, and so does whoever comes here again
 * when all moves have ended.
 */
export const planMoves = defineStep({
  needs: ['kafka', 'certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId, attempt } = input
    const { cluster, operation } = await ownedOperation(ports, input)
    if (operation.finishedAt !== undefined) return { verdict: 'Nothing' }
    const { proposalId, throttleMiBPerSecond } = rebalanceOf(operation)
    const before = await loadProgress(ports, tenantId, operationId)
    const kept = await keptMoves(before)
    const { list, moves } = kept ?? (await plan(ports, input, cluster, operation))
    const isKnown = kept !== undefined && before?.list === list && before.attempt === attempt
    if (!isKnown) {
      const isSame = before?.list === list
      const fresh: MovesProgressRecord = {
        list,
        attempt,
        state: 'Moving',
        partitionsDone: isSame ? before.partitionsDone : 0,
        partitionsTotal: moves.length,
        bytesDone: isSame ? before.bytesDone : 0,
        bytesTotal: moves.reduce((sum, { bytes }) => sum + bytes, 0),
        throttleBytesPerSecond: before?.throttleBytesPerSecond ?? toBytes(throttleMiBPerSecond),
        passedOver: 0,
        lookedAt: timestamp(ports),
        idleSeconds: 0,
        leastLeft: {},
      }
      // A call that hung while another one planned leaves that plan alone.
      await changeProgress(ports, input, (now) => (isSamePlan(now, before) ? fresh : undefined))
    }
    return { verdict: moves.length === 0 ? 'Nothing' : 'Move' }

    async function keptMoves(progress: MovesProgressRecord | undefined): Promise<ListedMoves | undefined> {
      const isGoingOn = progress?.state === 'Moving' && progress.attempt === attempt
      const list = isGoingOn ? progress.list : proposalId
      if (list === undefined) return undefined
      const found = await loadMoves(ports.store, { tenantId, clusterId, list })
      // One that rested for longer than lists are kept is planned anew.
      return found.length > 0 || isGoingOn ? { list, moves: found } : undefined
    }
  },
})

function isSamePlan(one: MovesProgressRecord | undefined, other: MovesProgressRecord | undefined): boolean {
  return one?.list === other?.list && one?.attempt === other?.attempt && one?.state === other?.state
}

interface ListedMoves {
  readonly list: string
  readonly moves: readonly PartitionMove[]
}

async function plan(
  ports: Needed<'store' | 'kafka' | 'clock' | 'ids'>,
  { tenantId, clusterId }: StepInput,
  cluster: ClusterRecord,
  operation: OperationRecord,
): Promise<ListedMoves> {
  const { kinds, leaving = [] } = rebalanceOf(operation)
  const nodes: readonly BrokerRecord[] = await brokersOf(ports.store, tenantId, clusterId)
  let moves: readonly PartitionMove[] = []
  const missing = await lookAtKafka(async () => {
    const layout = await seeLayout(ports, cluster, nodes, leaving)
    const planned = planRebalance(layout, kinds)
    const [stuck] = planned.stuck
    if (stuck !== undefined) {
      const detail = `No broker may take ${planned.stuck.length} partitions of those that leave, ${stuck} among them.`
      throw new DomainError('MOVES_STALLED', detail)
    }
    moves = planned.moves
    return undefined
  })
  if (missing !== undefined) throw new DomainError('NOT_YET', missing)
  const list = ports.ids.next('proposal')
  await saveMoves(ports.store, { tenantId, clusterId, list }, moves, ports.clock.now())
  return { list, moves }
}
