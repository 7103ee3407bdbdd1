import type { HostReport } from '../../shared/host-protocol/report.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { countedGiB } from '../../shared/state/usage.ts'
import { desiredContent } from '../desired-host.ts'
import { ownedCluster } from '../ownership.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep, nodeOf } from '../step.ts'

/**
 * The host knows its new size, and the workflow parks until the file system has grown, with Kafka running on it all the
 * while. Kafka that had ended, as it does on a full disk, is asked to start anew in the same wish; a wish that is written
 * already is not written again, so that a repeated step never starts it twice.
 */
export const growFileSystem = defineStep({
  needs: ['workflows'],
  timeoutSeconds: 30,
  parks: true,
  run: async (input, ports) => {
    const nodeId = nodeOf(input)
    const cluster = await ownedCluster(ports, input)
    const brokers = await brokersOf(ports.store, input.tenantId, input.clusterId)
    const grown = brokers.map((broker) =>
      broker.nodeId === nodeId ? { ...broker, volumeGiB: countedGiB(broker) } : broker,
    )
    const wantedGiB = grown.find((broker) => broker.nodeId === nodeId)?.volumeGiB ?? 0
    await parkOnHost(ports, input, {
      step: 'growFileSystem',
      condition: 'Grown',
      content: (host) => {
        const content = desiredContent(cluster, grown, nodeId, 'Running', restartNonce(host, wantedGiB))
        // A call that comes late, when the configuration has changed since, must not bring the older one back.
        return { ...content, kafka: { ...content.kafka, config: host.desired?.kafka.config ?? content.kafka.config } }
      },
    })
    return {}
  },
})

/** Another nonce only for a process that has ended by itself, and only in the wish that makes the volume larger. */
function restartNonce({ desired, observed }: HostRecord, wantedGiB: number): number {
  const nonce = desired?.kafka.restartNonce ?? 1
  const isWritten = desired !== undefined && desired.volumeGiB >= wantedGiB
  return !isWritten && hasEnded(observed) ? nonce + 1 : nonce
}

/** A start that follows a failed one was made on the full disk, too: it is about to fail. */
function hasEnded(observed: HostReport | undefined): boolean {
  const { state, exitCount = 0 } = observed?.process ?? {}
  return state === 'BackingOff' || state === 'CrashLooping' || (state === 'Starting' && exitCount > 0)
}
