import type { OperationType } from '../lifecycle/lifecycle.ts'
import { ESTIMATED_STEPS } from '../planner/estimates.ts'
import type { PlanFacts } from '../planner/facts.ts'
import type { Needed } from '../ports/ports.ts'
import type { Store } from '../ports/store.ts'
import { partitions, sorts } from '../records/keys.ts'
import { hostsOf, loadOperation, loadSteps, loadTenant } from './load.ts'
import { fromItem } from './stored.ts'

/** How many of the cluster's newest operations are looked at: a handful of reads, and what is older says little. */
const OPERATIONS_LOOKED_AT = 10

/** Reads what a plan for a cluster depends on besides its own records. */
export async function loadPlanFacts(
  { store, clock }: Needed<'store' | 'clock'>,
  tenantId: string,
  clusterId: string,
): Promise<PlanFacts> {
  const hosts = await hostsOf(store, tenantId, clusterId)
  return {
    now: clock.now(),
    volumes: new Map(hosts.flatMap(({ nodeId, observed }) => (observed ? [[nodeId, observed.volume]] : []))),
    configKeysInFiles: new Set(hosts.flatMap(({ desired }) => Object.keys(desired?.kafka.config ?? {}))),
    tenant: (await loadTenant(store, tenantId)).record,
    stepSeconds: await measuredSteps(store, tenantId, clusterId),
  }
}

/** Operations whose steps are those of a plan's phases, under the same circumstances. */
const MEASURED: ReadonlySet<OperationType> = new Set([
  // Its hosts come up as those that join later do.
  'createCluster',
  'expandBrokers',
  'extendVolumes',
  'updateConfig',
  'updateCluster',
  'updateNetwork',
  'rebootBrokers',
  'upgradeKafka',
  'stopCluster',
  'startCluster',
  'restoreCluster',
])

/** The median duration of each step that a plan estimates, from operations of this cluster that succeeded. */
async function measuredSteps(store: Store, tenantId: string, clusterId: string): Promise<ReadonlyMap<string, number>> {
  const { items } = await store.query({
    partition: partitions.cluster(tenantId, clusterId),
    sortPrefix: sorts.operation,
    descending: true,
    limit: OPERATIONS_LOOKED_AT,
  })
  const durations = new Map<string, number[]>()
  for (const item of items) {
    const { operationId } = fromItem<{ operationId: string }>(item).record
    const { record } = await loadOperation(store, tenantId, operationId)
    if (!MEASURED.has(record.type) || record.state !== 'Succeeded') continue
    for (const { name, startedAt, finishedAt } of await loadSteps(store, tenantId, operationId)) {
      if (finishedAt === undefined || !ESTIMATED_STEPS.has(name)) continue
      const seconds = (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000
      durations.set(name, [...(durations.get(name) ?? []), seconds])
    }
  }
  return new Map([...durations].map(([name, seconds]) => [name, median(seconds)]))
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
