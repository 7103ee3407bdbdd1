import { setTimeout as sleep } from 'node:timers/promises'
import { Cluster } from '../../../shared/contract/cluster.ts'
import type { Operation } from '../../../shared/contract/operation.ts'
import type { JobName } from '../../../shared/deployment/schedules.ts'
import type { RunningAssembly } from './run-assembly.ts'
import type { Tenant } from './tenant.ts'

/** How often an operation is looked at. */
const LOOK_EVERY_MILLISECONDS = 300

const ENDED: ReadonlySet<string> = new Set(['Succeeded', 'Failed', 'Cancelled'])

/** Everything that went wrong although nobody was told: what failed, and what somebody did who may not. */
export function troubleOf({ failures, front }: RunningAssembly): readonly string[] {
  const refused = front.seen.flatMap(({ caller, request: { action, resource }, refusedBecause }) =>
    refusedBecause === undefined ? [] : [`${caller} may not ${action} on ${resource}: ${refusedBecause}`],
  )
  return [...refused, ...failures]
}

/** Waits until an operation is as far as it shall come; throws as soon as there is trouble, and when it ends before. */
export async function reached(
  assembly: RunningAssembly,
  tenant: Tenant,
  { id }: Pick<Operation, 'id'>,
  isThere: (operation: Operation) => boolean,
): Promise<Operation> {
  for (;;) {
    const now = await tenant.operation(id)
    const trouble = troubleOf(assembly)
    if (trouble.length > 0) throw new Error(trouble.join('\n'))
    if (isThere(now)) return now
    if (ENDED.has(now.state)) throw new Error(`${now.type} ${now.state}: ${JSON.stringify(now.error)}`)
    await sleep(LOOK_EVERY_MILLISECONDS)
  }
}

/** Waits until an operation has succeeded. */
export const succeeded = (assembly: RunningAssembly, tenant: Tenant, operation: Pick<Operation, 'id'>) =>
  reached(assembly, tenant, operation, ({ state }) => state === 'Succeeded')

/** Has a job look until it has ordered something for a cluster; what hosts say reaches it a few seconds late. */
export async function orderedByJob(
  assembly: RunningAssembly,
  tenant: Tenant,
  job: JobName,
  clusterPath: string,
): Promise<Operation> {
  for (;;) {
    await assembly.runJob(job)
    const { activeOperationId } = Cluster.parse((await tenant.call('GET', clusterPath)).body)
    if (activeOperationId !== undefined) return tenant.operation(activeOperationId)
    const trouble = troubleOf(assembly)
    if (trouble.length > 0) throw new Error(trouble.join('\n'))
    await sleep(LOOK_EVERY_MILLISECONDS)
  }
}

/** What is left of machines, volumes and addresses. */
export function residue({ ec2 }: RunningAssembly): readonly string[] {
  const machines = [...ec2.machines.values()].filter((machine) => ec2.stateOf(machine) !== 'terminated')
  const volumes = [...ec2.volumes.values()].filter(({ deletedAt }) => deletedAt === undefined)
  return [...machines, ...volumes, ...ec2.interfaces.values()].map(({ id }) => id)
}
