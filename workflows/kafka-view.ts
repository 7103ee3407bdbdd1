import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import { hostsOf } from '../shared/state/load.ts'
import { failureSince } from '../shared/state/settle-host-wait.ts'
import { attemptBegan } from './ownership.ts'
import { pollOneCall } from './poll.ts'
import type { StepInput } from './step.ts'

/**
 * Looks until `look` answers nothing, for one call's time, and ends early when a host has said that it cannot bring Kafka
 * up: waiting longer would only hide the reason. What hosts had said before the attempt is not held against it, nor, where only
 * one node is waited for, what others say.
 */
export async function pollUnlessHostsFail(
  ports: Needed<'store' | 'clock'>,
  input: StepInput,
  look: () => Promise<string | undefined>,
  onlyNode?: number,
): Promise<void> {
  const since = await attemptBegan(ports, input)
  await pollOneCall(ports, async () => {
    await refuseFailedHosts(ports, input, since, onlyNode)
    return look()
  })
}

/** The node at fault goes into the error, so that the operation names it. */
async function refuseFailedHosts(
  ports: Needed<'store'>,
  input: StepInput,
  since: string,
  onlyNode: number | undefined,
): Promise<void> {
  for (const host of await hostsOf(ports.store, input.tenantId, input.clusterId)) {
    if (onlyNode !== undefined && host.nodeId !== onlyNode) continue
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
