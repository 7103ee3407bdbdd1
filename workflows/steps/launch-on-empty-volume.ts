import { DomainError } from '../../shared/errors/domain-error.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { loadHost } from '../../shared/state/load.ts'
import { relaunchedContent } from '../desired-host.ts'
import { passEmptyVolumeGate } from '../empty-volume-gate.ts'
import { isMarked } from '../lost-volume.ts'
import { parkOnHost } from '../park-on-host.ts'
import { defineStep, nodeOf, type StepInput } from '../step.ts'

/**
 * Kafka is started on an empty volume under the old identity, and the workflow parks until it has been: the only way in
 * which that ever happens. The guards are asked right here, before the wish is written, because what was safe when the
 * volume was replaced may not be now. The wish remembers the mark of this loss, so that a repeated step starts nothing twice.
 */
export const launchOnEmptyVolume = defineStep({
  needs: ['workflows', 'kafka', 'certificates'],
  timeoutSeconds: 60,
  parks: true,
  run: async (input, ports) => {
    const { tenantId, clusterId } = input
    const seen = (await loadHost(ports.store, tenantId, clusterId, nodeOf(input)))?.record
    if (seen?.emptyVolume?.state === 'Empty') await passEmptyVolumeGate(ports, input)
    await parkOnHost(ports, input, {
      step: 'launchOnEmptyVolume',
      condition: 'Launched',
      content: (host) => relaunchedContent(host, markOf(host, input)),
      remember: (host) => ({
        restartedFor: markOf(host, input),
        ...(host.emptyVolume && { emptyVolume: { ...host.emptyVolume, state: 'Started' } }),
      }),
    })
    return {}
  },
})

/** A call that comes late finds Kafka started and the loss forgotten, and asks for no other start. */
function markOf(host: HostRecord, { operationId }: StepInput): string {
  const { nodeId, emptyVolume, restartedFor } = host
  if (emptyVolume?.state === 'Lost')
    throw new DomainError('VOLUME_FAILED', `Node ${nodeId} has no volume that Kafka could be started on.`)
  if (emptyVolume) return emptyVolume.mark
  if (restartedFor !== undefined && isMarked(restartedFor, host, operationId)) return restartedFor
  throw new DomainError('OPERATION_SUPERSEDED', `The volume of node ${nodeId} is not empty any more.`)
}
