import { DomainError } from '../shared/errors/domain-error.ts'
import { changeCluster, type StatePorts } from '../shared/state/change-cluster.ts'
import { nodeOf, type StepInput } from './step.ts'

/** How often in an attempt brokers that leave are emptied once more; whoever makes topics so often makes them for ever. */
export const MOST_DRAINS_AGAIN = 20

/**
 * Counts that something has landed on a broker which was emptied already: MOVES_STALLED where that happens again and again,
 * because clients keep making topics by Kafka's own protocol and their Kafka cannot be told not to put them there.
 */
export async function noteLandedAgain(
  ports: StatePorts,
  input: StepInput,
  partitions: readonly string[],
): Promise<void> {
  const nodeId = nodeOf(input)
  const times = await changeCluster(ports, input, (draft) => {
    const { attempt, drainedAgain } = draft.operation()
    const count = (drainedAgain?.attempt === attempt ? drainedAgain.times : 0) + 1
    draft.setOperation({ drainedAgain: { attempt, times: count } })
    return count
  })
  if (times <= MOST_DRAINS_AGAIN) return
  const detail = `Broker ${nodeId} was emptied ${times} times, and each time something has landed on it again, ${partitions[0]} in the end.`
  throw new DomainError('MOVES_STALLED', detail, { metadata: { nodeId } })
}
