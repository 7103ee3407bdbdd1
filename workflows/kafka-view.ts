import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { loadHosts } from '../shared/state/load.ts'
import { failureSince } from '../shared/state/settle-host-wait.ts'
import type { StepInput } from './step.ts'

/**
 * Ends a wait for Kafka early when a host has said that it cannot bring Kafka up: waiting longer would only hide the
 * reason. The node at fault goes into the error, so that the operation names it.
 */
export async function refuseFailedHosts(ports: Needed<'store'>, input: StepInput, since: string): Promise<void> {
  for (const { record: host } of await loadHosts(ports.store, input.tenantId, input.clusterId)) {
    if (!host.observed || host.observed.generation !== host.generation) continue
    const failure = failureSince(host, since)
    if (failure) {
      throw new DomainError(failure.code, `Broker ${host.nodeId}: ${failure.detail}`, {
        metadata: { nodeId: host.nodeId },
      })
    }
  }
}

/** A look at Kafka that counts "it does not answer" as "not yet". */
export async function lookAtKafka(look: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await look()
  } catch (thrown) {
    if (thrown instanceof DomainError && thrown.code === 'KAFKA_UNAVAILABLE') return thrown.message
    throw thrown
  }
}
