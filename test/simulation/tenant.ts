import { ClusterSpec, type ClusterSpecInput } from '../../shared/contract/cluster-spec.ts'
import { keys } from '../../shared/records/keys.ts'
import { NO_USAGE, type TenantRecord, type TenantUsage } from '../../shared/records/tenant.ts'
import { acceptCreate } from '../../shared/state/accept-create.ts'
import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { CallersConflict } from '../../shared/state/callers-conflict.ts'
import { getRecord, putRecord } from '../../shared/state/stored.ts'
import type { World } from './world.ts'

/** The answer to an accepted order, as its key remembers it. */
export interface Accepted {
  readonly clusterId: string
  readonly operationId: string
}

/** A valid order: three combined hosts with one topic. */
export function anOrder(patch: Partial<ClusterSpecInput> = {}): ClusterSpec {
  return ClusterSpec.parse({
    name: 'orders',
    topology: 'combined',
    brokers: { volumeGiB: 100 },
    topics: [{ name: 'payments' }],
    network: { access: 'public', securityGroups: [{ name: 'apps', inboundRules: [{ cidr: '10.0.0.0/8' }] }] },
    ...patch,
  })
}

const requester = (tenantId: string) => ({ tenantId, requestedBy: 'ana', requestId: 'req_1' })

/** Orders a cluster under a key, again and again until someone answers: the same key gets the same answer. */
export async function order(world: World, tenantId: string, spec: ClusterSpec, key: string): Promise<Accepted> {
  return world.call(async (ports) => {
    const idempotency = keys.idempotency(tenantId, key)
    const known = await getRecord<Accepted>(ports.store, idempotency)
    if (known) return known.record
    try {
      const { cluster, operation } = await acceptCreate(ports, requester(tenantId), spec, (made, of) => [
        putRecord(idempotency, { clusterId: of.clusterId, operationId: made.operationId }, undefined),
      ])
      return { clusterId: cluster.clusterId, operationId: operation.operationId }
    } catch (thrown) {
      const raced = thrown instanceof CallersConflict && (await getRecord<Accepted>(ports.store, idempotency))
      if (raced) return raced.record
      throw thrown
    }
  })
}

/** Asks for the deletion of a cluster until someone answers. */
export async function askToDelete(world: World, tenantId: string, clusterId: string, now = false): Promise<string> {
  const { operationId } = await world.call((ports) =>
    acceptDelete(ports, requester(tenantId), clusterId, () => undefined, { now }),
  )
  return operationId
}

/** Gives a tenant that has nothing yet other limits than the usual ones. */
export async function grantLimits(world: World, tenantId: string, limits: TenantUsage): Promise<void> {
  const tenant: TenantRecord = { tenantId, limits, usage: NO_USAGE }
  await world.outside.store.transact([putRecord(keys.tenant(tenantId), tenant, undefined)])
}
