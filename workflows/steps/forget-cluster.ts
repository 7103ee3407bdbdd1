import { MAX_TRANSACTION_WRITES, type Write } from '../../shared/ports/store.ts'
import { partitions, sorts } from '../../shared/records/keys.ts'
import { listRecords } from '../../shared/state/stored.ts'
import { ownedCluster } from '../ownership.ts'
import { defineStep } from '../step.ts'

/** The cluster's keys, its host records and its users are gone; its history (events, ledger, operations) stays. */
export const forgetCluster = defineStep({
  needs: ['certificates'],
  timeoutSeconds: 120,
  run: async (input, ports) => {
    await ownedCluster(ports, input)
    const partition = partitions.cluster(input.tenantId, input.clusterId)
    await ports.certificates.forget(input.tenantId, input.clusterId)
    const rows = [
      ...(await listRecords(ports.store, partition, sorts.host)),
      ...(await listRecords(ports.store, partition, sorts.user)),
    ]
    const deletes = rows.map(({ key, version }): Write => ({ ...key, delete: true, guard: { version } }))
    for (let first = 0; first < deletes.length; first += MAX_TRANSACTION_WRITES) {
      await ports.store.transact(deletes.slice(first, first + MAX_TRANSACTION_WRITES))
    }
    return {}
  },
})
