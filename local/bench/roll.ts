import { setTimeout as pause } from 'node:timers/promises'
import { renderTable } from '../../cli/output.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { laggingPartitions } from '../../shared/kafka-safety/roll-gates.ts'
import { nextToRoll } from '../../shared/kafka-safety/roll-order.ts'
import type { Kafka, KafkaTarget } from '../../shared/ports/kafka.ts'
import type { BrokerRecord } from '../../shared/records/cluster.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadSteps } from '../../shared/state/load.ts'
import { type BareKafka, takeOver } from './bare-kafka.ts'
import { type BenchHome, openBenchHome } from './bench-home.ts'
import { median, timed } from './statistics.ts'
import { progress, seconds } from './text.ts'
import { createCluster, REQUESTER, succeeded } from './weir-cluster.ts'

/** How many pairs are run, each on a cluster of its own; the medians are quoted. */
const PAIRS = 3

/** Something to be in sync with: as many partitions as the small local brokers carry without being busy with them. */
const TOPICS = [{ name: 'bench', partitions: 12 }]

/** Short beside the seconds that a JVM takes, and still no burden to it. */
const LOOK_MILLISECONDS = 30

interface Pair {
  readonly weir: number
  readonly bare: number
  /** What the bare restarts went into. */
  readonly parts: ReadonlyMap<string, number>
  /** What Weir's time went into, by step. */
  readonly steps: ReadonlyMap<string, number>
}

/**
 * `npm run bench -- roll`: the restart of all three nodes, from the call to the end of the operation, against the sum of
 * what the nodes take at least: SIGTERM, start, until the node is in every ISR again. Both on the same hosts, one after the
 * other, in the same order of nodes. What Weir does beside: it asks its gates before each stop and waits until each node was
 * seen in sync three times in a row.
 */
export function benchRoll(version: KafkaVersion): Promise<void> {
  return compareWithBareRestarts({
    title: `roll ${version} combined`,
    aim: ' (aim: 1.25 or less)',
    version,
    order: async ({ api }, clusterId) => {
      const { body } = await api.call('restartCluster', { params: { clusterId } })
      if (!('id' in body)) throw new TypeError('the restart was only planned')
      return body.id
    },
  })
}

/** An operation that restarts every node once. */
interface Rolled {
  readonly title: string
  readonly aim?: string
  /** The release that the cluster is created with. */
  readonly version: KafkaVersion
  /** Orders it and answers its operation. */
  readonly order: (bench: BenchHome, clusterId: string) => Promise<string>
}

/** Prints what an operation takes against the sum of bare restarts of the same nodes, as they are after it. */
export async function compareWithBareRestarts(rolled: Rolled): Promise<void> {
  const pairs: Pair[] = []
  for (let count = 1; count <= PAIRS; count++) {
    const pair = await runPair(rolled)
    progress(`pair ${count}: Weir ${seconds(pair.weir)}, bare restarts ${seconds(pair.bare)}`)
    pairs.push(pair)
  }
  const rows = pairs.map(({ weir, bare }, index) => [index + 1, seconds(weir), seconds(bare), (weir / bare).toFixed(2)])
  const [weir, bare] = [median(pairs.map((pair) => pair.weir)), median(pairs.map((pair) => pair.bare))]
  const ratio = median(pairs.map((pair) => pair.weir / pair.bare))
  rows.push(['median', seconds(weir), seconds(bare), ratio.toFixed(2)])
  process.stdout.write(`${renderTable(['PAIR', 'WEIR', 'BARE RESTARTS', 'RATIO'], rows)}\n\n`)
  for (const [title, sums] of [
    ['STEP OF WEIR, ALL NODES TOGETHER', pairs.map(({ steps }) => steps)],
    ['PART OF BARE RESTARTS', pairs.map(({ parts }) => parts)],
  ] as const) {
    process.stdout.write(`${renderTable([title, 'MEDIAN'], medians(sums))}\n\n`)
  }
  const { title, aim = '' } = rolled
  process.stdout.write(
    `${title}: Weir ${seconds(weir)}, bare restarts ${seconds(bare)} (medians of ${PAIRS}), ratio ${ratio.toFixed(2)}${aim}\n`,
  )
}

const total = (parts: ReadonlyMap<string, number>) => [...parts.values()].reduce((sum, part) => sum + part, 0)

function medians(sums: readonly ReadonlyMap<string, number>[]): readonly (readonly string[])[] {
  const names = [...new Set(sums.flatMap((each) => [...each.keys()]))]
  return names.map((name) => [name, seconds(median(sums.map((each) => each.get(name) ?? 0)))])
}

async function runPair({ version, order }: Rolled): Promise<Pair> {
  const bench = await openBenchHome()
  try {
    const { ports } = bench.controlPlane
    const cluster = await createCluster(bench.controlPlane, 'bench', version, TOPICS)
    const { clusterId } = cluster
    const brokers = await brokersOf(ports.store, REQUESTER.tenantId, clusterId)
    const weir = await timed(async () => {
      const operationId = await order(bench, clusterId)
      await succeeded(ports, operationId)
      return operationId
    })
    const steps = await durations(bench, weir.result)
    await bench.stopControlPlane()
    const parts = await bareRoll(bench, kafkaTarget(cluster, brokers), brokers)
    return { weir: weir.milliseconds, bare: total(parts), steps, parts }
  } finally {
    await bench.remove()
  }
}

/** How long each kind of step took, of all nodes together. */
async function durations({ controlPlane }: BenchHome, operationId: string): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>()
  for (const step of await loadSteps(controlPlane.ports.store, REQUESTER.tenantId, operationId)) {
    // A step of the whole cluster keeps its first start over all nodes.
    if (step.nodeId === undefined) continue
    const took = Date.parse(step.finishedAt ?? step.startedAt) - Date.parse(step.startedAt)
    sums.set(step.name, (sums.get(step.name) ?? 0) + took)
  }
  return sums
}

/** Milliseconds that the nodes took one after the other, by part: to end, to say that they serve, to be in every ISR. */
async function bareRoll(
  bench: BenchHome,
  target: KafkaTarget,
  brokers: readonly BrokerRecord[],
): Promise<ReadonlyMap<string, number>> {
  const { kafka } = bench.controlPlane.ports
  const hosts: BareKafka[] = []
  const parts = new Map<string, number>()
  const add = async (part: string, work: () => Promise<void>) =>
    parts.set(part, (parts.get(part) ?? 0) + (await timed(work)).milliseconds)
  try {
    for (const hostDir of await bench.hostDirs()) hosts.push(await takeOver(hostDir))
    for (let left = brokers; left.length > 0; ) {
      const next = nextToRoll(left, (await kafka.quorum(target)).leaderId)
      const host = hosts.find(({ nodeId }) => nodeId === next?.nodeId)
      if (host === undefined) throw new Error('a node has no host')
      await add('SIGTERM to exit', () => host.stop('SIGTERM'))
      await add('start to serving', host.start)
      await add('serving to in sync', () => inSync(kafka, target, host.nodeId))
      left = left.filter(({ nodeId }) => nodeId !== host.nodeId)
    }
    return parts
  } finally {
    await Promise.all(hosts.map((host) => host.stop('SIGKILL')))
  }
}

async function inSync(kafka: Kafka, target: KafkaTarget, nodeId: number): Promise<void> {
  for (;;) {
    const topics = await kafka.topics(target).catch(() => undefined)
    if (topics !== undefined && laggingPartitions(topics, nodeId).length === 0) return
    await pause(LOOK_MILLISECONDS)
  }
}
