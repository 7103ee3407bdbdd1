import { DUTIES } from '../../functions/jobs/duties.ts'
import { type MaintenanceRun, maintain } from '../../functions/jobs/maintain.ts'
import { leastTotalBytes } from '../../shared/host-protocol/volume-size.ts'
import { keys } from '../../shared/records/keys.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadTenant } from '../../shared/state/load.ts'
import { scheduleMaintenance } from '../../shared/state/maintenance.ts'
import { putRecord } from '../../shared/state/stored.ts'
import type { Answer } from './conformance.ts'
import type { Harness } from './harness.ts'
import { reported } from './host-fixtures.ts'

/** The hosts of a cluster of the tenant `acme` tell how full their volumes are. */
export async function disksReported(
  h: Harness,
  clusterId: string,
  usedPercent: readonly number[],
  volumeGiB = 100,
): Promise<void> {
  const totalBytes = leastTotalBytes(volumeGiB)
  for (const [index, percent] of usedPercent.entries()) {
    const usedBytes = Math.ceil((totalBytes * percent) / 100)
    await reported(h, clusterId, index + 1, { volume: { state: 'Mounted', fileSystem: 'xfs', totalBytes, usedBytes } })
  }
}

/** Does what is due once, as the schedule would. */
export async function duties(h: Harness): Promise<MaintenanceRun> {
  const log = { info: () => {}, warn: () => {}, error: (_: string, __?: unknown, cause?: unknown) => raise(cause) }
  return maintain({ ...h.ports, log }, DUTIES)
}

/** Schedules a growth for a cluster of the tenant `acme`, and gives its id. */
export async function scheduledGrowth(h: Harness, clusterId: string, toGiB = 150): Promise<string> {
  const maintenanceId = h.ports.ids.next('maintenance')
  await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) =>
    scheduleMaintenance(draft, {
      maintenanceId,
      kind: 'growVolumes',
      urgency: 'Planned',
      reason: 'The volume of broker 2 is 83 % full; the threshold is 80 %.',
      changes: [{ pointer: '/brokers/volumeGiB', from: draft.cluster().spec.brokers.volumeGiB, to: toGiB }],
      notBefore: h.clock.now(),
    }),
  )
  return maintenanceId
}

/** Lets the volumes of a cluster of the tenant `acme` grow by themselves; one is so full that they shall. */
export async function wantedGrowth(h: Harness, clusterId: string): Promise<void> {
  await autoscaled(h, clusterId, { plannedAtPercent: 80, limitGiB: 1000 })
  await disksReported(h, clusterId, [50, 83, 20])
}

/** Orders how the volumes of a cluster grow by themselves. */
export async function autoscaled(h: Harness, clusterId: string, diskAutoscaling: object | null): Promise<Answer> {
  const headers = { 'If-Match': '*' }
  return h.call('PATCH', `/v1/clusters/${clusterId}`, { headers, body: { diskAutoscaling } })
}

/** Gives the tenant `acme` another limit of storage. */
export async function volumeLimit(h: Harness, volumeGiB: number): Promise<void> {
  const { record, stored } = await loadTenant(h.store, 'acme')
  const limits = { ...record.limits, volumeGiB }
  await h.store.transact([putRecord(keys.tenant('acme'), { ...record, limits }, stored)])
}

function raise(thrown: unknown): never {
  throw thrown
}
