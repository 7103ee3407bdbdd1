import { DomainError } from '../../shared/errors/domain-error.ts'
import { placeNodes } from '../../shared/placement/place-nodes.ts'
import { CONTROLLER_VOLUME_GIB } from '../../shared/state/new-cluster-records.ts'
import { chargeUsage } from '../../shared/state/quota.ts'
import { usageOf } from '../../shared/state/usage.ts'
import { skew } from './lives/rebalance.ts'
import { killKafka } from './models/kafka-process.ts'
import { isOn, nodeName } from './models/machine.ts'
import { anOrder, askToDelete, order } from './tenant.ts'
import { control, finalise, makeTopic, patch, power, rebalance, repair, restart, rollBack } from './tenant-changes.ts'
import { beginDue, postponeDue } from './tenant-maintenance.ts'
import type { Action } from './walk-actions.ts'
import type { Request } from './walk-requests.ts'
import type { World } from './world.ts'

/** What a tenant of a walk may have at once. */
export const WALK_LIMITS = { clusters: 2, brokers: 12, volumeGiB: 1000 } as const

/** Growth of a volume in one request. */
const GROWTH_GIB = 10

/** Does one thing. */
export async function act(world: World, action: Action, key: string): Promise<void> {
  switch (action.does) {
    case 'wait':
      return world.pass(action.seconds)
    case 'killControlPlane':
      return world.killControlPlane(action.downSeconds)
    case 'killMachine':
    case 'killWithDisk':
    case 'killKafka':
    case 'fill':
    case 'silence':
      return strike(world, action)
    case 'break':
      return world.faults.add(action.faults)
    case 'together':
      await world.during(Promise.all(action.requests.map((each, number) => ask(world, each, `${key}-${number}`))))
      return
    case 'order': {
      const refused = await world.during(ask(world, action, key))
      if (refused) judgeRefusedOrder(world, action, refused)
      return
    }
    default:
      await world.during(ask(world, action, key))
  }
}

/** Fate strikes a machine. */
function strike(world: World, action: Action & { readonly index: number }): void {
  const machines = world.fleet.machines().filter(isOn)
  const machine = chosen(machines, action.index)
  if (!machine) return
  world.trace.note(action.does, () => nodeName(machine.node))
  if (action.does === 'killMachine') world.fleet.kill(machine)
  if (action.does === 'killWithDisk') world.fleet.killWithDisk(machine)
  if (action.does === 'killKafka') killKafka(machine, world.clock.now())
  if (action.does === 'fill') world.fleet.fill(machine, (machine.fileSystemGiB * action.percent) / 100)
  if (action.does === 'silence') machine.silentUntil = world.clock.now() + action.seconds * 1000
}

/** Asks for something, and gives the refusal where there was one: it has to be one that a caller can act upon. */
async function ask(world: World, request: Request, key: string): Promise<DomainError | undefined> {
  try {
    await carry(world, request, key)
    return undefined
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown
    if (thrown.status >= 500 && thrown.code !== 'KAFKA_UNAVAILABLE' && thrown.code !== 'STORE_CONTENTION') throw thrown
    world.trace.note('refused', () => `${request.does}: ${thrown.code} ${thrown.message}`)
    return thrown
  }
}

async function carry(world: World, request: Request, key: string): Promise<unknown> {
  if (request.does === 'order') return order(world, request.tenant, specOf(request), key)
  if (request.does === 'control') {
    const operation = chosen([...world.facts.operations.values()].toReversed(), request.index)
    return operation && control(world, operation.tenantId, operation.operationId, request.action)
  }
  const cluster = chosen([...world.facts.clusters.values()], request.index)
  if (!cluster) return undefined
  const volumeGiB = cluster.spec.brokers.volumeGiB + GROWTH_GIB
  switch (request.does) {
    case 'delete':
      return askToDelete(world, cluster.tenantId, cluster.clusterId)
    case 'restart':
      return restart(world, cluster)
    case 'rebootHosts':
      return restart(world, cluster, { mode: 'host' })
    case 'restartOne':
      return restart(world, cluster, { nodes: [request.node] })
    case 'repair':
      return repair(world, cluster, request.node)
    case 'extend':
      return patch(world, cluster, { volumeGiB })
    case 'autoscale': {
      // Whoever has larger volumes than this limit gets the size that they have as the limit.
      const limitGiB = Math.max(request.limitGiB, cluster.spec.brokers.volumeGiB)
      return patch(world, cluster, { diskAutoscaling: { plannedAtPercent: 80, emergencyAtPercent: 90, limitGiB } })
    }
    case 'expand':
    case 'shrink': {
      const { brokers, availabilityZones } = cluster.spec
      const more = request.does === 'expand' ? availabilityZones.length : -availabilityZones.length
      return patch(world, cluster, { brokerCount: brokers.count + more })
    }
    case 'schedule':
      return patch(world, cluster, { schedule: request.schedule })
    case 'unschedule':
      return patch(world, cluster, { schedule: null })
    case 'finalise':
      return finalise(world, cluster)
    case 'makeTopic':
      return makeTopic(world, cluster, key)
    case 'maintain':
      return beginDue(world, cluster, request.index)
    case 'postpone':
      return postponeDue(world, cluster, request.index)
    case 'letIn':
      return patch(world, cluster, { inbound: request.inbound, ...(request.larger && { volumeGiB }) })
    case 'configure':
      return patch(world, cluster, { config: request.config })
    case 'extendAndConfigure':
      return patch(world, cluster, { volumeGiB, config: request.config })
    case 'rebalance':
      // As many copies as any topic has: a walk may take two volumes away.
      if (cluster.status === 'Active') skew(world, cluster, 3)
      return rebalance(world, cluster, 1 + request.index)
    case 'purge':
      return askToDelete(world, cluster.tenantId, cluster.clusterId, true)
    case 'restore':
      return power(world, cluster, 'restoreCluster')
    case 'stop':
      return power(world, cluster, 'stopCluster')
    case 'start':
      return power(world, cluster, 'startCluster')
    case 'upgrade':
      return patch(world, cluster, { kafkaVersion: request.kafkaVersion })
    case 'rollBack':
      return rollBack(world, cluster, request.index)
  }
}

function chosen<T>(of: readonly T[], index: number): T | undefined {
  return of[index % Math.max(1, of.length)]
}

function specOf({ name, brokers }: Request & { readonly does: 'order' }) {
  const topology = brokers === 3 ? 'combined' : 'dedicated'
  // Of one name in three the deletion can be undone.
  const deletion = { keepDays: name === 'logs' ? 1 : 0 }
  return anOrder({ name, topology, brokers: { count: brokers, volumeGiB: 50 }, deletion })
}

/** An order is refused exactly when the name is held or a limit would be broken. */
function judgeRefusedOrder(world: World, request: Request & { readonly does: 'order' }, refused: DomainError): void {
  const { tenant, name } = request
  const holders = [...world.facts.clusters.values()].filter((cluster) => cluster.tenantId === tenant)
  const isRight =
    (refused.code === 'NAME_TAKEN' && holders.some((cluster) => cluster.spec.name === name)) ||
    (refused.code === 'QUOTA_EXCEEDED' && exceeds(world, tenant, specOf(request)))
  if (!isRight) throw new Error(`refused without reason: ${refused.code}`, { cause: refused })
}

function exceeds(world: World, tenant: string, spec: ReturnType<typeof anOrder>): boolean {
  const { limits, usage } = world.facts.tenants.get(tenant) ?? { limits: WALK_LIMITS, usage: undefined }
  const volumes = placeNodes(spec).map(({ roles }) => ({
    volumeGiB: roles.includes('broker') ? spec.brokers.volumeGiB : CONTROLLER_VOLUME_GIB,
  }))
  try {
    if (usage) chargeUsage(limits, usage, usageOf(volumes))
    return false
  } catch {
    return true
  }
}
