import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { ownedBroker } from './ownership.ts'
import type { StepInput } from './step.ts'

/**
 * A broker at this stage of its way out, and its cluster. Nothing where it is beyond that, gone, or stays after all: a call that
 * comes so late has nothing to do any more.
 */
export async function leavingBroker(
  ports: Needed<'store'>,
  input: StepInput,
  stage: 'Draining' | 'Deleting',
): Promise<{ readonly cluster: ClusterRecord; readonly broker: BrokerRecord } | undefined> {
  try {
    const owned = await ownedBroker(ports, input)
    return owned.broker.status === stage ? owned : undefined
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'BROKER_NOT_FOUND') return undefined
    throw thrown
  }
}
