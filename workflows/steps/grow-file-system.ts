import type { HostReport } from '../../shared/host-protocol/report.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { loadBrokers } from '../../shared/state/load.ts'
import { settleHost } from '../../shared/state/settle-host.ts'
import { countedGiB } from '../../shared/state/usage.ts'
import { desiredContent, nextDesired } from '../desired-host.ts'
import { changeOwnedHost, ownedCluster } from '../ownership.ts'
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
    const { tenantId, clusterId, operationId, taskToken } = input
    const nodeId = nodeOf(input)
    if (taskToken === undefined) throw new TypeError('growFileSystem parks and needs a task token')
    const cluster = await ownedCluster(ports, input)
    const brokers = (await loadBrokers(ports.store, tenantId, clusterId)).map(({ record }) => record)
    await changeOwnedHost(ports, input, (host) => {
      const grown = brokers.map((broker) =>
        broker.nodeId === nodeId ? { ...broker, volumeGiB: countedGiB(broker) } : broker,
      )
      const wanted = grown.find((broker) => broker.nodeId === nodeId)?.volumeGiB ?? 0
      const content = desiredContent(cluster, grown, nodeId, 'Running', restartNonce(host, wanted))
      const desired = nextDesired(host.desired, host.generation, content)
      const wait = {
        taskToken,
        operationId,
        step: 'growFileSystem',
        condition: 'Grown',
        revision: desired.revision,
      } as const
      return { ...host, desired, wait }
    })
    await settleHost(ports, tenantId, clusterId, nodeId)
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
