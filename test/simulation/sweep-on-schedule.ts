import { releaseAllLeft } from '../../functions/jobs/release-left-moves.ts'
import { removeOrphans } from '../../functions/jobs/remove-orphans.ts'
import { maintainHandler } from '../../functions/lambda/maintain.ts'
import { sweepHandler } from '../../functions/lambda/sweep.ts'
import { SCHEDULES } from '../../shared/deployment/schedules.ts'
import type { ClusterRef, HostFleet, NodeRef } from '../../shared/ports/hosts.ts'
import type { Ports } from '../../shared/ports/ports.ts'
import { keys } from '../../shared/records/keys.ts'
import { loadHost } from '../../shared/state/load.ts'
import { Violation } from './invariants/facts.ts'
import type { Life } from './life.ts'

/** How often the schedule fires, as the deployed one does. */
const EVERY_SECONDS = 60

/** The same of the job that looks for drift. */
const LOOK_EVERY_SECONDS = SCHEDULES.drift.everyMinutes * 60

/** Far less patient than the deployed job: whatever it takes for an orphan at any moment has to be one. */
const HASTY = { patienceSeconds: 0, mostRemovals: 20 }

/**
 * Takes back what operations have left of their moves, as that job does in each of its runs. What else it does has worlds of its
 * own, in which somebody makes something drift.
 */
export async function releaseOnSchedule(ports: Ports, { isAlive }: Life): Promise<void> {
  while (isAlive()) {
    await ports.clock.sleep(LOOK_EVERY_SECONDS * 1000)
    await releaseAllLeft(ports, Number.POSITIVE_INFINITY)
  }
}

/** Invokes the jobs that look after all clusters and after what belongs to none on their schedules, as long as the process lives. */
export async function sweepOnSchedule(ports: Ports, { isAlive }: Life): Promise<void> {
  const sweep = sweepHandler(ports, () => undefined)
  const maintain = maintainHandler(ports, () => undefined)
  while (isAlive()) {
    const due = ports.clock.sleep(EVERY_SECONDS * 1000)
    await sweep().catch((thrown) => ports.log.error('the clusters could not be looked after', {}, thrown))
    await maintain().catch((thrown) => ports.log.error('what is due could not be done', {}, thrown))
    await removeOrphans({ ...ports, hosts: onlyOrphans(ports) }, HASTY).catch((thrown) =>
      ports.log.error('orphans could not be looked for', {}, thrown),
    )
    await due
  }
}

/** The fleet as the job for orphans has it: nothing that anybody needs is ever removed. */
function onlyOrphans({ hosts, store }: Ports): HostFleet {
  const gone = async ({ tenantId, clusterId }: ClusterRef, what: string) => {
    if (await store.get(keys.cluster(tenantId, clusterId)))
      throw new Violation(`${what} was taken for an orphan while cluster ${clusterId} exists`)
  }
  const nameOf = ({ nodeId }: NodeRef) => `of node ${nodeId}`
  return {
    ...hosts,
    listAll: async () => (await hosts.listAll?.()) ?? [],
    removeInstance: async (node, upTo = Number.POSITIVE_INFINITY) => {
      const host = (await loadHost(store, node.tenantId, node.clusterId, node.nodeId))?.record
      if ((host?.incarnation ?? 1) <= upTo) await gone(node, `the machine ${nameOf(node)}`)
      await hosts.removeInstance(node, upTo)
    },
    removeVolume: async (node, id) => {
      await gone(node, `the volume ${nameOf(node)}`)
      await hosts.removeVolume(node, id)
    },
    removeAddress: async (node) => {
      await gone(node, `the address ${nameOf(node)}`)
      await hosts.removeAddress(node)
    },
    removeSecurityGroup: async (cluster) => {
      await gone(cluster, 'the security group')
      await hosts.removeSecurityGroup(cluster)
    },
  }
}
