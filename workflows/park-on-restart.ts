import type { KafkaVersion } from '../shared/catalogue/kafka-versions.ts'
import type { RestartMode } from '../shared/contract/restart.ts'
import { DomainError } from '../shared/errors/domain-error.ts'
import type { Needed } from '../shared/ports/ports.ts'
import type { BrokerRecord, ClusterRecord } from '../shared/records/cluster.ts'
import type { HostRecord } from '../shared/records/host.ts'
import { brokersOf, loadHost } from '../shared/state/load.ts'
import { recordStep } from '../shared/state/step-record.ts'
import { desiredContent } from './desired-host.ts'
import { ownedCluster } from './ownership.ts'
import { parkOnHost } from './park-on-host.ts'
import { nodeOf, type StepInput } from './step.ts'
import type { StepName } from './steps/steps.ts'
import { lookAtSync } from './sync-evidence.ts'

/** A restart that a step asks for. */
interface RestartWish {
  readonly step: StepName
  /** `host`: the machine is rebooted, too. */
  readonly mode?: RestartMode
  /** The release that Kafka is started from; else the one that the node has. */
  readonly version?: KafkaVersion
  /** Written beside the wish: a step that finds it there does not restart a second time. */
  readonly mark: string
  /** The mark of a later restart of the same operation: a call that comes after it restarts nothing. */
  readonly over?: string
  /** Why the node may not be stopped now, if it may not. */
  readonly gate: (
    cluster: ClusterRecord,
    brokers: readonly BrokerRecord[],
    host: HostRecord | undefined,
  ) => Promise<string | undefined>
}

/**
 * Asks the host to be what the cluster's order says, with Kafka started anew, and leaves the task token until it runs. A
 * reboot wishes that the boot be over which the machine has attached in last. The gate is asked right here, before the wish
 * is written, because what was safe a minute ago may not be now.
 */
export async function parkOnRestart(
  ports: Needed<'store' | 'clock' | 'ids' | 'workflows' | 'kafka'>,
  input: StepInput,
  { step, mode = 'process', version, mark, over, gate }: RestartWish,
): Promise<void> {
  const { tenantId, clusterId, operationId, attempt } = input
  const nodeId = nodeOf(input)
  const cluster = await ownedCluster(ports, input)
  const brokers = await brokersOf(ports.store, tenantId, clusterId)
  const host = (await loadHost(ports.store, tenantId, clusterId, nodeId))?.record
  if (host?.restartedFor !== mark) {
    // The evidence is of the very moment at which the gate was asked; a repeated call finds the node down.
    const [reason, isrBefore] = await Promise.all([
      gate(cluster, brokers, host),
      lookAtSync(ports, cluster, brokers, nodeId),
    ])
    if (reason !== undefined) throw new DomainError('NOT_YET', reason)
    if (isrBefore) await recordStep(ports, { tenantId, operationId, attempt, name: step, nodeId }, { isrBefore })
  }
  await parkOnHost(ports, input, {
    step,
    condition: mode === 'host' ? 'Rebooted' : 'Running',
    content: (before) => {
      const { desired, restartedFor } = before
      if (over !== undefined && restartedFor === over)
        throw new DomainError('OPERATION_SUPERSEDED', `Node ${nodeId} has been restored since.`)
      const isWritten = restartedFor === mark
      const nonce = desired?.kafka.restartNonce ?? 1
      const content = desiredContent(cluster, brokers, nodeId, 'Running', isWritten ? nonce : nonce + 1, version)
      if (mode === 'process') return content
      const retiredBootId = isWritten ? desired?.retiredBootId : before.bootId
      if (retiredBootId === undefined)
        throw new DomainError('NOT_YET', `The machine of node ${nodeId} has never been heard of.`)
      return { ...content, retiredBootId }
    },
    remember: () => ({ restartedFor: mark }),
  })
}

/** What is written beside the wish that gives a node its previous configuration, or its own release, again. */
export function restoredMark({ operationId, attempt }: StepInput): string {
  return `${operationId}/restored/${attempt}`
}
