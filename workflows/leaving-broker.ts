import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import { leavingNodes } from '../shared/state/leaving.ts'
import { brokersOf, hostsOf } from '../shared/state/load.ts'
import { ownedBroker, ownedOperation } from './ownership.ts'
import type { StepInput } from './step.ts'

/** The brokers that an operation takes out and that are not gone yet, beside all of its cluster, if it still owns that. */
export async function leavingBrokers(ports: Needed<'store'>, input: StepInput) {
  const { cluster, operation } = await ownedOperation(ports, input)
  const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
  return { cluster, operation, brokers, leaving: leavingNodes(operation, brokers) }
}

/** The nodes whose hosts are told that Kafka shall not run. */
export async function nodesToStop(ports: Needed<'store'>, input: StepInput): Promise<ReadonlySet<number>> {
  const hosts = await hostsOf(ports.store, input.tenantId, input.clusterId)
  return new Set(hosts.filter(({ desired }) => desired?.kafka.processState === 'Stopped').map(({ nodeId }) => nodeId))
}

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
