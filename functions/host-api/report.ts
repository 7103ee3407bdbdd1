import type { ReportAnswer } from '../../shared/host-protocol/messages.ts'
import { HEARS_AT_ONCE_SECONDS, HEARS_WITHIN_SECONDS } from '../../shared/host-protocol/polling.ts'
import type { HostReport } from '../../shared/host-protocol/report.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { HostRecord } from '../../shared/records/host.ts'
import { timestamp } from '../../shared/state/change-cluster.ts'
import { loadCluster } from '../../shared/state/load.ts'
import { noteHealth, reportedHealth } from '../../shared/state/note-health.ts'
import { changeHost, settleHost } from '../../shared/state/settle-host.ts'
import { currentHost } from './current-host.ts'
import type { HostIdentity } from './identity.ts'

/** How soon a host reports again while an operation runs, and otherwise, in seconds: two may be lost before it counts as silent. */
const BUSY_REPORT_SECONDS = 2
const IDLE_REPORT_SECONDS = 8

/** Takes down what a host observed and what it says of the broker's health, and lets a workflow that waits for it go on. */
export async function report(
  ports: Needed<'store' | 'clock' | 'ids' | 'workflows'>,
  identity: HostIdentity,
  observed: HostReport,
  { waitsWhileIdle }: { readonly waitsWhileIdle: boolean },
): Promise<ReportAnswer> {
  const { tenantId, clusterId, nodeId } = identity
  await currentHost(ports, identity, observed.generation)
  const hearsWithinSeconds = waitsWhileIdle ? HEARS_AT_ONCE_SECONDS : HEARS_WITHIN_SECONDS
  const host = await changeHost(ports, tenantId, clusterId, nodeId, (host) =>
    host.generation === observed.generation
      ? { ...withReport(host, observed, timestamp(ports)), hearsWithinSeconds }
      : host,
  )
  await settleHost(ports, tenantId, clusterId, nodeId)
  const seen = reportedHealth(host)
  if (seen) await noteHealth(ports, tenantId, clusterId, nodeId, seen)
  const cluster = await loadCluster(ports.store, tenantId, clusterId)
  const busy = cluster.record.activeOperationId !== undefined
  return { nextReportSeconds: busy ? BUSY_REPORT_SECONDS : IDLE_REPORT_SECONDS }
}

function withReport({ problemSince, ...host }: HostRecord, observed: HostReport, reportedAt: string): HostRecord {
  const { problem } = observed
  const isSame = problem !== undefined && problem.code === host.observed?.problem?.code
  return { ...host, observed, reportedAt, ...(problem && { problemSince: (isSame && problemSince) || reportedAt }) }
}
