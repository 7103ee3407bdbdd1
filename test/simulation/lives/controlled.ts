import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { OperationAction } from '../../../shared/lifecycle/statuses.ts'
import type { ClusterRef } from '../end-states.ts'
import { control } from '../tenant-changes.ts'
import type { World } from '../world.ts'

type Begin = (world: World, ref: ClusterRef) => Promise<string>

const stateOf = (world: World, operationId: string) => world.facts.operations.get(operationId)?.state

/** Asks something of an operation; one that has it already, because an answer was lost, is content. */
export async function ask(world: World, operationId: string, action: OperationAction): Promise<void> {
  try {
    await world.during(control(world, 'acme', operationId, action))
  } catch (thrown) {
    if (!(thrown instanceof DomainError && thrown.code === 'OPERATION_NOT_CONTROLLABLE')) throw thrown
  }
}

const isHalfDone = (world: World, { clusterId }: ClusterRef) =>
  [...(world.facts.brokers.get(clusterId)?.values() ?? [])].some(({ status }) => status !== 'Active')

/** The operation is paused when it has begun with a node, rests, and is resumed. */
export function pausedOnTheWay(begin: Begin, isUnderWay = isHalfDone): Begin {
  return async (world, ref) => {
    const operationId = await begin(world, ref)
    await world.runUntil(() => isUnderWay(world, ref), 'the first node to be touched')
    await ask(world, operationId, 'pause')
    await world.runUntil(() => stateOf(world, operationId) === 'Paused' && world.isQuiet(), 'the operation to rest')
    await ask(world, operationId, 'resume')
    return operationId
  }
}

/** The operation is cancelled when it has begun with a node. */
export function cancelledOnTheWay(begin: Begin, isUnderWay = isHalfDone): Begin {
  return async (world, ref) => {
    const operationId = await begin(world, ref)
    await world.runUntil(() => isUnderWay(world, ref), 'the first node to be touched')
    await ask(world, operationId, 'cancel')
    return operationId
  }
}

/** What has to fail while hosts are broken fails, the hosts are mended, and the operation is resumed. */
export function failedAndResumed(begin: Begin): Begin {
  return async (world, ref) => {
    const operationId = await begin(world, ref)
    await world.runUntil(() => stateOf(world, operationId) === 'Failed', 'the operation to fail')
    world.faults.mendHosts()
    // A host looks again every half a minute whether what failed for good still does.
    await world.pass(60)
    await ask(world, operationId, 'resume')
    return operationId
  }
}

/** It begins while the zone of node 2 has no machine, for longer than is tried again. */
export function whileAZoneHasNoMachine(begin: Begin): Begin {
  return async (world, ref) => {
    const none = {
      port: 'hosts',
      method: 'ensureInstance',
      nodeId: 2,
      when: 'refused',
      error: 'NO_CAPACITY',
    } as const
    world.faults.add({ ports: [{ ...none, times: 13 }] })
    return begin(world, ref)
  }
}
