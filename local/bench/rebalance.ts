import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { renderTable } from '../../cli/output.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { TOLERANCE } from '../../shared/planner/rebalance/bands.ts'
import type { Layout } from '../../shared/planner/rebalance/layout.ts'
import { planRebalance } from '../../shared/planner/rebalance/plan-rebalance.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf } from '../../shared/state/load.ts'
import { seeLayout } from '../../shared/state/see-layout.ts'
import { type BenchHome, openBenchHome } from './bench-home.ts'
import { afterMoves, copiedBytes, fullest, leastBytes } from './least-bytes.ts'
import { planningTime } from './planning-time.ts'
import { reassignTool } from './reassign-tool.ts'
import { fillSkewed, SKEWED_TOPICS } from './skewed-topics.ts'
import { median } from './statistics.ts'
import { megabytes, progress } from './text.ts'
import { createCluster, REQUESTER } from './weir-cluster.ts'

/** How often Kafka's tool is asked, which begins at another broker each time; the median is quoted. */
const PROPOSALS = 5

/**
 * `npm run bench -- rebalance`: the bytes that Weir moves on a cluster of which one broker is empty, against the least that
 * the same balance takes and against what Kafka's own tool proposes; and how long a large cluster is planned.
 */
export async function benchRebalance(version: KafkaVersion): Promise<void> {
  await printPlanning()
  const bench = await openBenchHome()
  try {
    await compareBytes(bench, version)
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

async function compareBytes(bench: BenchHome, version: KafkaVersion): Promise<void> {
  const { ports } = bench.controlPlane
  const cluster = await createCluster(bench.controlPlane, 'bench', version)
  const brokers = await brokersOf(ports.store, REQUESTER.tenantId, cluster.clusterId)
  const target = kafkaTarget(cluster, brokers)
  const credentials = await ports.certificates.controlPlane(REQUESTER.tenantId, cluster.clusterId)
  await fillSkewed(ports.kafka, target, credentials)
  const layout = await seeLayout(ports, cluster, brokers)
  progress(`${layout.partitions.length} partitions, ${megabytes(totalOf(layout))} with all replicas`)

  const plan = planRebalance(layout)
  const weir = new Map(plan.moves.map(({ topic, partition, to }) => [`${topic}-${partition}`, to]))
  const folder = join(bench.home, 'reassign')
  await mkdir(folder, { recursive: true })
  const jarsDir = await fetchKafka(version, { cacheDir: bench.kafkaReleasesDir })
  const tool = await reassignTool(folder, jarsDir, target, credentials)
  const proposals: ReadonlyMap<string, readonly number[]>[] = []
  for (let count = 0; count < PROPOSALS; count++)
    proposals.push(
      await tool.generate(
        SKEWED_TOPICS,
        brokers.map(({ nodeId }) => nodeId),
      ),
    )
  const least = leastBytes(layout, TOLERANCE)
  const generated = median(proposals.map((wanted) => copiedBytes(layout, wanted)))
  const row = (who: string, bytes: number, full: number) => [
    who,
    megabytes(bytes),
    (bytes / least).toFixed(2),
    full.toFixed(2),
  ]
  const rows = [
    row('least possible', least, 1 + TOLERANCE),
    row('Weir', copiedBytes(layout, weir), fullest(afterMoves(layout, weir))),
    row('kafka-reassign-partitions', generated, median(proposals.map((wanted) => fullest(afterMoves(layout, wanted))))),
  ]
  process.stdout.write(`${renderTable(['PLAN', 'BYTES', 'OF THE LEAST', 'FULLEST BROKER OF ITS SHARE'], rows)}\n\n`)
}

function totalOf({ partitions }: Layout): number {
  return partitions.reduce((sum, { replicas, sizeBytes }) => sum + replicas.length * sizeBytes, 0)
}
