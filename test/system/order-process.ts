import { systemClock } from '../../functions/adapters/system-clock.ts'
import { ulidIds } from '../../functions/adapters/ulid-ids.ts'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { acceptCreate } from '../../shared/state/accept-create.ts'
import { acceptOperation } from '../../shared/state/accept-operation.ts'

// A process of its own for `sqlite-processes.test.ts`: node order-process.ts FILE COUNT create | restart CLUSTER
// It asks COUNT times and prints what became of each order: `accepted`, or the code of the refusal.
const [path, count, mode, clusterId] = process.argv.slice(2)
if (path === undefined) throw new Error('usage: order-process.ts FILE COUNT create | restart CLUSTER')
const store = openSqliteStore(path, { clock: systemClock })
const ports = { store, clock: systemClock, ids: ulidIds(systemClock) }
const requester = { tenantId: 'acme', requestedBy: 'ana', requestId: ports.ids.next('request') }

async function order(index: number): Promise<void> {
  if (mode === 'create') {
    const name = `orders-${process.pid}-${index}`
    const spec = ClusterSpec.parse({ name, topology: 'combined', brokers: { volumeGiB: 100 } })
    await acceptCreate(ports, requester, spec, () => [])
  } else {
    await acceptOperation(ports, requester, clusterId ?? '', () => ({
      type: 'rebootBrokers',
      nodes: [1, 2, 3],
      deadlineMinutes: 60,
      warnings: [],
    }))
  }
}

for (let index = 0; index < Number(count); index++) {
  const outcome = await order(index).then(
    () => 'accepted',
    (thrown: unknown) => {
      if (thrown instanceof DomainError) return thrown.code
      throw thrown
    },
  )
  process.stdout.write(`${outcome}\n`)
}
store.close()
