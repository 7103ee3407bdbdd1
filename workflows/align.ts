import { DomainError } from '../shared/errors/domain-error.ts'
import { isSame } from '../shared/planner/same.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord } from '../shared/records/cluster.ts'
import { brokersOf, loadCluster } from '../shared/state/load.ts'
import { ownedCluster } from './ownership.ts'
import type { StepInput } from './step.ts'

/** How often a call that finds other records than it began with makes it so again. */
const MOST_TURNS = 5

/**
 * Makes something outside the store what the records of a cluster's nodes say, and looks again whether they still say so: a call
 * that hung meanwhile does not leave behind what was right when it began. Where the cluster is gone by then, nothing of it stays.
 */
export async function alignWithRecords<Wanted, Made>(
  { store }: Needed<'store'>,
  input: StepInput,
  {
    wanted,
    make,
    removeAll,
  }: {
    readonly wanted: (brokers: readonly BrokerRecord[]) => Wanted
    readonly make: (wanted: Wanted) => Promise<Made>
    readonly removeAll: () => Promise<void>
  },
): Promise<Made> {
  const { tenantId, clusterId } = input
  const now = async () => wanted(await brokersOf(store, tenantId, clusterId))
  await ownedCluster({ store }, input)
  let asked = await now()
  for (let turn = 1; ; turn++) {
    const made = await make(asked)
    if (!(await exists())) {
      await removeAll()
      await ownedCluster({ store }, input)
    }
    const current = await now()
    if (isSame(asked, current)) return made
    if (turn === MOST_TURNS)
      throw new DomainError('STORE_CONTENTION', 'The brokers of the cluster change all the time.')
    asked = current
  }

  async function exists(): Promise<boolean> {
    try {
      return (await loadCluster(store, tenantId, clusterId)).record.status !== 'Deleting'
    } catch (thrown) {
      if (thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND') return false
      throw thrown
    }
  }
}
