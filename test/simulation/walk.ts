import fc from 'fast-check'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { placeNodes } from '../../shared/placement/place-nodes.ts'
import { CONTROLLER_VOLUME_GIB } from '../../shared/state/accept-create.ts'
import { chargeUsage } from '../../shared/state/quota.ts'
import { usageOf } from '../../shared/state/usage.ts'
import { STEP_NAMES } from '../../workflows/steps/steps.ts'
import { type Faults, STEP_FAULT_KINDS } from './faults.ts'
import { isOn } from './models/machine.ts'
import { type Accepted, anOrder, askToDelete, order } from './tenant.ts'
import { patch, restart } from './tenant-changes.ts'
import type { World } from './world.ts'

/** One thing that a tenant, the cloud or fate does. */
export type Action =
  | { readonly does: 'order'; readonly tenant: string; readonly name: string; readonly brokers: number }
  | { readonly does: 'delete' | 'restart' | 'extend'; readonly index: number }
  | { readonly does: 'wait'; readonly seconds: number }
  | { readonly does: 'killControlPlane'; readonly downSeconds: number }
  | { readonly does: 'killMachine'; readonly index: number }
  | { readonly does: 'break'; readonly faults: Faults }

const TENANTS = ['acme', 'zeta'] as const

/** What a tenant of a walk may have at once. */
export const WALK_LIMITS = { clusters: 2, brokers: 9, volumeGiB: 1000 } as const

const nodeId = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined })
const onNode = <T extends object>(fault: T, node: number | undefined) =>
  node === undefined ? fault : { ...fault, nodeId: node }

const stepFault = fc
  .record({
    kind: fc.constantFrom(...STEP_FAULT_KINDS),
    step: fc.constantFrom(...STEP_NAMES),
    effect: fc.integer({ min: 1, max: 4 }),
    calls: fc.integer({ min: 1, max: 3 }),
    seconds: fc.integer({ min: 30, max: 900 }),
  })
  .map((fault): Faults => ({ steps: [fault] }))

const portFault = fc
  .record({
    call: fc.constantFrom(
      ...(['ensureAddress', 'ensureVolume', 'ensureInstance', 'removeInstance', 'removeVolume', 'list'] as const).map(
        (method) => ({ port: 'hosts', method }) as const,
      ),
      ...(['quorum', 'brokers', 'createTopic', 'roundTrip', 'deleteUser'] as const).map(
        (method) => ({ port: 'kafka', method }) as const,
      ),
      ...(['start', 'succeed', 'stop'] as const).map((method) => ({ port: 'workflows', method }) as const),
    ),
    when: fc.constantFrom('refused', 'answerLost'),
    error: fc.constantFrom('ECONNRESET', 'NO_CAPACITY', 'KAFKA_UNAVAILABLE'),
    times: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ call, ...fault }): Faults => ({ ports: [{ ...call, ...fault }] }))

const hostFault = fc
  .tuple(
    fc.constantFrom('bootsSlowly', 'diesSuddenly', 'agentRestarts', 'processCrashLoops', 'volumeFails'),
    fc.integer({ min: 1, max: 60 }),
    nodeId,
  )
  .map(([kind, seconds, node]): Faults => ({ hosts: [onNode({ kind, seconds }, node)] }))

/** In the middle of a create, about as long as one takes, or long enough for whatever runs to end. */
const waiting = fc.oneof(
  fc.integer({ min: 0, max: 10 }),
  fc.integer({ min: 12, max: 30 }),
  fc.integer({ min: 60, max: 300 }),
)

const delivery = fc
  .record({ delaySeconds: fc.integer({ min: 0, max: 60 }), copies: fc.integer({ min: 1, max: 3 }) })
  .map((fault): Faults => ({ delivery: fault }))

/** Any walk: tenants order and delete, and everything around them goes wrong. */
export const walks: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        does: fc.constant('order' as const),
        tenant: fc.constantFrom(...TENANTS),
        name: fc.constantFrom('orders', 'logs', 'metrics'),
        brokers: fc.constantFrom(3, 6),
      }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant('delete' as const), index: fc.nat(9) }) },
    { weight: 3, arbitrary: fc.record({ does: fc.constantFrom('restart', 'extend'), index: fc.nat(9) }) },
    {
      weight: 5,
      arbitrary: fc.record({ does: fc.constant('wait' as const), seconds: waiting }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('killControlPlane' as const),
        downSeconds: fc.integer({ min: 1, max: 120 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ does: fc.constant('killMachine' as const), index: fc.nat(9) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('break' as const),
        faults: fc.oneof(stepFault, portFault, hostFault, delivery),
      }),
    },
  ),
  { minLength: 3, maxLength: 30 },
)

/** Does one thing; gives the cluster that was accepted, where one was. */
export async function act(world: World, action: Action, key: string): Promise<void> {
  switch (action.does) {
    case 'order':
      return tryToOrder(world, action, key)
    case 'delete': {
      const clusters = [...world.facts.clusters.values()]
      const chosen = clusters[action.index % Math.max(1, clusters.length)]
      if (chosen) await world.during(askToDelete(world, chosen.tenantId, chosen.clusterId).catch(ignoreGone))
      return
    }
    case 'restart':
    case 'extend':
      return tryToChange(world, action.does, action.index)
    case 'wait':
      return world.pass(action.seconds)
    case 'killControlPlane':
      return world.killControlPlane(action.downSeconds)
    case 'killMachine': {
      const machines = world.fleet.machines().filter(isOn)
      const chosen = machines[action.index % Math.max(1, machines.length)]
      if (chosen) world.fleet.kill(chosen)
      return
    }
    case 'break':
      return world.faults.add(action.faults)
  }
}

/** An order is refused exactly when the name is held or a limit would be broken. */
async function tryToOrder(world: World, action: Action & { does: 'order' }, key: string): Promise<void> {
  const { tenant, name, brokers } = action
  const spec = anOrder({
    name,
    topology: brokers === 3 ? 'combined' : 'dedicated',
    brokers: { count: brokers, volumeGiB: 50 },
  })
  try {
    await world.during(order(world, tenant, spec, key))
  } catch (thrown) {
    if (!(thrown instanceof DomainError)) throw thrown
    const holders = [...world.facts.clusters.values()].filter((cluster) => cluster.tenantId === tenant)
    const isRight =
      (thrown.code === 'NAME_TAKEN' && holders.some((cluster) => cluster.spec.name === name)) ||
      (thrown.code === 'QUOTA_EXCEEDED' && exceeds(world, tenant, spec))
    if (!isRight) throw new Error(`refused without reason: ${thrown.code}`, { cause: thrown })
  }
}

/** What a change of a cluster may be refused with, by what it is doing or how it is. */
const CHANGE_REFUSALS: ReadonlySet<string> = new Set([
  'CLUSTER_NOT_FOUND',
  'KAFKA_UNAVAILABLE',
  'OPERATION_IN_PROGRESS',
  'STATUS_NOT_ALLOWED',
  'QUOTA_EXCEEDED',
  'PLAN_BLOCKED',
])

async function tryToChange(world: World, does: 'restart' | 'extend', index: number): Promise<void> {
  const clusters = [...world.facts.clusters.values()]
  const chosen = clusters[index % Math.max(1, clusters.length)]
  if (!chosen) return
  const larger = chosen.spec.brokers.volumeGiB + 10
  try {
    await world.during(does === 'restart' ? restart(world, chosen) : patch(world, chosen, { volumeGiB: larger }))
  } catch (thrown) {
    if (!(thrown instanceof DomainError && CHANGE_REFUSALS.has(thrown.code))) throw thrown
  }
}

function exceeds(world: World, tenant: string, spec: ReturnType<typeof anOrder>): boolean {
  const { limits, usage } = world.facts.tenants.get(tenant) ?? { limits: WALK_LIMITS, usage: undefined }
  const delta = usageOf(
    placeNodes(spec).map(({ roles }) => ({
      volumeGiB: roles.includes('broker') ? spec.brokers.volumeGiB : CONTROLLER_VOLUME_GIB,
    })),
  )
  try {
    if (usage) chargeUsage(limits, usage, delta)
    return false
  } catch {
    return true
  }
}

function ignoreGone(thrown: unknown): void {
  if (!(thrown instanceof DomainError && thrown.code === 'CLUSTER_NOT_FOUND')) throw thrown
}

/** Every cluster that a walk left is asked to go. */
export async function deleteAll(world: World): Promise<readonly Accepted[]> {
  const asked: Accepted[] = []
  for (const { tenantId, clusterId } of [...world.facts.clusters.values()])
    asked.push({ clusterId, operationId: await world.during(askToDelete(world, tenantId, clusterId)) })
  return asked
}
