import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { renderTable } from '../../cli/output.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { TOLERANCE } from '../../shared/planner/rebalance/bands.ts'
import type { Layout } from '../../shared/planner/rebalance/layout.ts'
import { planRebalance } from '../../shared/planner/rebalance/plan-rebalance.ts'
import { toBytes } from '../../shared/planner/rebalance/throttle.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { seeLayout } from '../../shared/state/see-layout.ts'
import { type BenchHome, openBenchHome } from './bench-home.ts'
import { afterMoves, copiedBytes, fullest, leastBytes } from './least-bytes.ts'
import { planningTime } from './planning-time.ts'
import { type ReassignTool, reassignTool } from './reassign-tool.ts'
import { fillSkewed, SKEWED_TOPICS } from './skewed-topics.ts'
import { median } from './statistics.ts'
import { megabytes, percent, progress, seconds } from './text.ts'
import { watchThrottle } from './throttle-use.ts'
import { createCluster, REQUESTER, succeeded } from './weir-cluster.ts'

/** How often Kafka's tool is asked, which begins at another broker each time; the median is quoted. */
const PROPOSALS = 5

/** Low enough that the empty broker takes more than a minute to fill, beside which the rest is short. */
const THROTTLE_MIB_PER_SECOND = 3

/**
 * `npm run bench -- rebalance`: the bytes that Weir moves on a cluster of which one broker is empty, against the least that
 * the same balance takes and against what Kafka's own tool proposes, before and after; how well the throttle is used
 * meanwhile; and how long a large cluster is planned.
 */
export async function benchRebalance(version: KafkaVersion): Promise<void> {
  await printPlanning()
  const bench = await openBenchHome()
  try {
    await compare(bench, version)
  } finally {
    await bench.remove()
  }
}

async function printPlanning(): Promise<void> {
  const rows: string[][] = []
  for (const oldBrokers of [60, 51, 30]) {
    const { milliseconds, plan, least } = await planningTime(oldBrokers)
    const ratio = (plan.bytes / least).toFixed(3)
    rows.push([`${oldBrokers} of 60`, `${milliseconds.toFixed(0)} ms`, String(plan.moves.length), ratio])
  }
  process.stdout.write(`${renderTable(['BROKERS WITH DATA', 'PLANNED IN', 'MOVES', 'BYTES / LEAST'], rows)}\n\n`)
}

async function compare(bench: BenchHome, version: KafkaVersion): Promise<void> {
  const { ports } = bench.controlPlane
  const cluster = await createCluster(bench.controlPlane, 'bench', version)
  const { clusterId } = cluster
  const brokers = await brokersOf(ports.store, REQUESTER.tenantId, clusterId)
  const target = kafkaTarget(cluster, brokers)
  const credentials = await ports.certificates.controlPlane(REQUESTER.tenantId, clusterId)
  const folder = join(bench.home, 'reassign')
  await mkdir(folder, { recursive: true })
  const jarsDir = await fetchKafka(version, { cacheDir: bench.kafkaReleasesDir })
  const tool = await reassignTool(folder, jarsDir, target, credentials)
  await fillSkewed(ports.kafka, target, credentials)

  const layout = await seeLayout(ports, cluster, brokers)
  const { moves } = planRebalance(layout)
  const rows = await judged(layout, tool)
  progress(`${moves.length} moves of ${layout.partitions.length} partitions`)
  const rate = toBytes(THROTTLE_MIB_PER_SECOND)
  const use = await watchThrottle(ports.kafka, target, moves, rate, async () => {
    const body = { throttleMiBPerSecond: THROTTLE_MIB_PER_SECOND }
    const answer = await bench.api.call('rebalanceCluster', { params: { clusterId }, body })
    if (answer.status !== 202) throw new Error('there was nothing to rebalance')
    await succeeded(ports, answer.body.id)
  })
  rows.push(...(await judged(await seeLayout(ports, cluster, brokers), tool)))
  const columns = ['PLAN', 'BYTES', 'OF THE LEAST', 'FULLEST BROKER OF ITS SHARE']
  process.stdout.write(`${renderTable(columns, rows)}\n\n`)
  process.stdout.write(
    `rebalance ${version} combined: broker ${use.nodeId} took ${megabytes(use.bytes)} at ${THROTTLE_MIB_PER_SECOND} MiB/s in ${seconds(use.seconds * 1000)}, at least ${seconds((use.bytes / rate) * 1000)}; the throttle was used in ${percent(use.share)} of the run, ${percent(use.mean)} of what it lets through\n`,
  )
}

/** What Weir and Kafka's tool would move from where replicas are now. */
async function judged(layout: Layout, tool: ReassignTool): Promise<string[][]> {
  const { moves } = planRebalance(layout)
  const weir = new Map(moves.map(({ topic, partition, to }) => [`${topic}-${partition}`, to]))
  const proposals: ReadonlyMap<string, readonly number[]>[] = []
  const ids = layout.brokers.map(({ nodeId }) => nodeId)
  for (let count = 0; count < PROPOSALS; count++) proposals.push(await tool.generate(SKEWED_TOPICS, ids))
  const least = leastBytes(layout, TOLERANCE)
  const row = (who: string, plans: readonly ReadonlyMap<string, readonly number[]>[]) => {
    const bytes = median(plans.map((wanted) => copiedBytes(layout, wanted)))
    const full = median(plans.map((wanted) => fullest(afterMoves(layout, wanted))))
    return [who, megabytes(bytes), least === 0 ? '-' : (bytes / least).toFixed(2), full.toFixed(2)]
  }
  const state = least === 0 ? 'balanced' : 'one broker empty'
  return [
    [`${state}: least possible`, megabytes(least), '1.00', ''],
    row(`${state}: Weir`, [weir]),
    row(`${state}: kafka-reassign-partitions`, proposals),
  ]
}
