import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Key, Write } from '../../shared/ports/store.ts'
import { keys } from '../../shared/records/keys.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import { loadBrokers, loadOperation } from '../../shared/state/load.ts'
import { quotaWrite } from '../../shared/state/quota.ts'
import { negated, usageOf } from '../../shared/state/usage.ts'
import { defineStep } from '../step.ts'

/** The cluster is gone: out of the list, its name free, its share of the tenant's limits given back, all in one transaction. */
export const completeDelete = defineStep({
  needs: [],
  timeoutSeconds: 30,
  run: async (input, ports) => {
    const { tenantId, clusterId, operationId } = input
    const operation = await loadOperation(ports.store, tenantId, operationId)
    if (operation.record.state === 'Succeeded') return {}
    await changeCluster(ports, input, async (draft) => {
      const { spec } = draft.cluster()
      const brokers = await loadBrokers(ports.store, tenantId, clusterId)
      const name = await ports.store.get(keys.name(tenantId, spec.name))
      const fleetKey = keys.fleetCluster(clusterId)
      const inFleet = await ports.store.get(fleetKey)
      if (!name) throw new DomainError('INTERNAL', 'The name of the cluster is not locked.')
      draft.enterCluster('Deleted', 'Unknown')
      draft.setOperation({ state: 'Succeeded', finishedAt: timestamp(ports) })
      draft.emit('kafka.cluster.deleted.v1', clusterId, { name: spec.name })
      draft.emit('kafka.operation.succeeded.v1', operationId, { type: draft.operation().type })
      draft.also(
        deletionOf(name),
        inFleet ? deletionOf(inFleet) : { ...fleetKey, check: true, guard: 'absent' },
        await quotaWrite(ports.store, tenantId, negated(usageOf(brokers.map(({ record }) => record)))),
        ...brokers.map(({ key, version }) => deletionOf({ ...key, version })),
      )
    })
    return {}
  },
})

const deletionOf = ({ partition, sort, version }: Key & { readonly version: number }): Write => ({
  partition,
  sort,
  delete: true,
  guard: { version },
})
