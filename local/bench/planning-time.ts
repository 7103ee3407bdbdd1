import { TOLERANCE } from '../../shared/planner/rebalance/bands.ts'
import type { Layout } from '../../shared/planner/rebalance/layout.ts'
import { planRebalance, type RebalancePlan } from '../../shared/planner/rebalance/plan-rebalance.ts'
import { type Random, seededRandom } from '../asl/random.ts'
import { leastBytes } from './least-bytes.ts'
import { median, timed } from './statistics.ts'

/** The largest cluster that is promised to be planned fast. */
const PARTITIONS = 10_000
const BROKERS = 60
const ZONES = ['az-1', 'az-2', 'az-3']

/** How often it is planned; the median is quoted, because the first run is still being compiled. */
const RUNS = 5

/** What planning a large cluster took, and how many bytes the plan moves. */
export interface PlanningTime {
  readonly milliseconds: number
  readonly plan: RebalancePlan
  readonly least: number
}

/** Plans a large cluster of which so many brokers were there before: the others are new and hold nothing. */
export async function planningTime(oldBrokers: number): Promise<PlanningTime> {
  const layout = largeLayout(oldBrokers, seededRandom(1))
  const runs: { readonly milliseconds: number; readonly result: RebalancePlan }[] = []
  for (let run = 0; run < RUNS; run++) runs.push(await timed(async () => planRebalance(layout)))
  const [first] = runs
  if (!first) throw new Error('nothing was planned')
  return {
    milliseconds: median(runs.map(({ milliseconds }) => milliseconds)),
    plan: first.result,
    least: leastBytes(layout, TOLERANCE),
  }
}

/** One replica in each zone on a broker of chance; a few partitions are large and most are small. */
function largeLayout(oldBrokers: number, random: Random): Layout {
  const perZone = oldBrokers / ZONES.length
  return {
    brokers: Array.from({ length: BROKERS }, (_, index) => ({
      nodeId: 101 + index,
      zone: ZONES[index % ZONES.length] ?? '',
      capacityBytes: 4 * 1024 ** 4,
      leaving: false,
    })),
    partitions: Array.from({ length: PARTITIONS }, (_, index) => ({
      topic: `topic-${index % 100}`,
      partition: Math.floor(index / 100),
      replicas: ZONES.map((_zone, offset) => {
        const zone = (index + offset) % ZONES.length
        return 101 + zone + ZONES.length * Math.floor(random.number() * perZone)
      }),
      sizeBytes: Math.floor(1024 ** 2 * 10 ** (4 * random.number() ** 2)),
    })),
  }
}
