import { report } from '../../functions/host-api/report.ts'
import { HostReport } from '../../shared/host-protocol/report.ts'
import type { HostFleet } from '../../shared/ports/hosts.ts'
import type { Workflows } from '../../shared/ports/workflows.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadHost } from '../../shared/state/load.ts'
import { changeHost } from '../../shared/state/settle-host.ts'
import type { Harness } from './harness.ts'

/** What a host says, but for what a test is about. */
export function aReport(patch: Partial<HostReport> = {}): HostReport {
  return HostReport.parse({
    generation: 1,
    bootId: 'boot',
    agentVersion: 'test',
    observedRevision: 1,
    volume: { state: 'Mounted' },
    formatted: true,
    process: { state: 'Running', exitCount: 0 },
    logLines: [],
    ...patch,
  })
}

/** Workflows that nobody waits for, with what was asked of them. */
export function idleWorkflows(): Workflows & { readonly asked: readonly string[] } {
  const asked: string[] = []
  return {
    asked,
    start: async (_, { operationId, attempt }) => void asked.push(`start ${operationId}-${attempt}`),
    stop: async (_, name) => void asked.push(`stop ${name}`),
    succeed: async () => false,
    fail: async () => false,
    describe: async () => 'Absent',
    heartbeat: async () => false,
  }
}

/** A host of the tenant `acme` reports; its record is made where there is none yet. */
export async function reported(
  h: Harness,
  clusterId: string,
  nodeId: number,
  patch: Partial<HostReport> = {},
): Promise<void> {
  const instanceId = `i_${nodeId}`
  if (!(await loadHost(h.store, 'acme', clusterId, nodeId)))
    await changeHost(h.ports, 'acme', clusterId, nodeId, (host) => ({ ...host, generation: 1, instanceId }))
  const host = { tenantId: 'acme', clusterId, nodeId, instanceId }
  await report({ ...h.ports, workflows: idleWorkflows() }, host, aReport(patch), { waitsWhileIdle: false })
}

/** Makes a cluster of the tenant `acme` one that came up and is billed, and whose broker does not serve. */
export async function brokerDown(h: Harness, clusterId: string, nodeId: number): Promise<void> {
  await changeCluster(h.ports, { tenantId: 'acme', clusterId }, (draft) => {
    draft.replaceCluster({ ...draft.cluster(), ledgerSequence: Math.max(1, draft.cluster().ledgerSequence) })
    draft.setHealth(nodeId, 'Unavailable', 'It was switched off.')
    draft.setClusterHealth('Degraded')
  })
}

/** A fleet that tells what there is and lets nothing be done to it. */
export function onlyListing(list: HostFleet['list']): HostFleet {
  const refused = async () => Promise.reject(new TypeError('nobody asks for this'))
  return {
    ensureSecurityGroup: refused,
    removeSecurityGroup: refused,
    ensureAddress: refused,
    ensureVolume: refused,
    stageRelease: refused,
    ensureInstance: refused,
    growVolume: refused,
    removeInstance: refused,
    removeVolume: refused,
    removeAddress: refused,
    list,
  }
}
