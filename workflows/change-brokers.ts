import { changeCluster, type StatePorts } from '../shared/state/change-cluster.ts'
import type { Draft } from '../shared/state/draft.ts'
import type { StepInput } from './step.ts'

/** Each broker takes two writes, its record and its event, and a transaction holds a hundred. */
const BROKERS_PER_CHANGE = 40

/** Changes brokers in as many transactions as it takes; `inTheEnd` is part of the last one. */
export async function changeBrokers(
  ports: StatePorts,
  input: StepInput,
  nodeIds: readonly number[],
  change: (draft: Draft, nodeId: number) => void,
  inTheEnd: (draft: Draft) => void = () => undefined,
): Promise<void> {
  for (let first = 0; first < nodeIds.length; first += BROKERS_PER_CHANGE) {
    const part = nodeIds.slice(first, first + BROKERS_PER_CHANGE)
    await changeCluster(ports, input, (draft) => {
      for (const nodeId of part) change(draft, nodeId)
      if (first + part.length === nodeIds.length) inTheEnd(draft)
    })
  }
}
