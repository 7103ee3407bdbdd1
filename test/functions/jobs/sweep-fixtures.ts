import { type SweepPorts, sweep } from '../../../functions/jobs/sweep.ts'
import type { HostResource } from '../../../shared/ports/hosts.ts'
import type { ExecutionState } from '../../../shared/ports/workflows.ts'
import type { Harness } from '../../api/harness.ts'
import { idleWorkflows, onlyListing } from '../../api/host-fixtures.ts'

/** The ports of the sweeper on a control plane whose executions and machines are as the test says. */
export function sweeping(h: Harness, machines: () => readonly HostResource[] = () => []) {
  const workflows = idleWorkflows()
  const world: { execution: ExecutionState } = { execution: 'Absent' }
  const log = { info: () => {}, warn: () => {}, error: (_: string, __: unknown, cause: unknown) => raise(cause) }
  const ports: SweepPorts = {
    ...h.ports,
    log,
    workflows: { ...workflows, describe: async () => world.execution },
    hosts: onlyListing(async () => machines()),
  }
  return { ports, world, asked: workflows.asked, sweep: () => sweep(ports, { repairAfterSeconds: 40 }) }
}

function raise(thrown: unknown): never {
  throw thrown
}

/** In milliseconds. */
export const MINUTE = 60_000
/** What the API says of a cluster. */
export const cluster = async (h: Harness, id: string) => (await h.get(`/v1/clusters/${id}`)).body
/** What it says of the second broker of a cluster. */
export const broker = async (h: Harness, id: string) => (await h.get(`/v1/clusters/${id}/brokers/2`)).body
/** What it says of an operation. */
export const operation = async (h: Harness, id: string) => (await h.get(`/v1/operations/${id}`)).body
