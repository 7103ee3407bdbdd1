import { INSTANCE_TYPES } from '../../shared/catalogue/instance-types.ts'
import { CONTROLLER_VOLUME_GIB } from '../../shared/state/new-cluster-records.ts'
import type { Line, PriceName } from './prices.ts'
import { HOURS_PER_MONTH } from './standing.ts'

/** What of an order makes its price. */
export interface PricedCluster {
  readonly topology: 'combined' | 'dedicated'
  readonly instanceType: keyof typeof INSTANCE_TYPES
  readonly brokers: number
  readonly volumeGiB: number
  readonly rootVolumeGiB: number
  readonly zones: number
  readonly publicAccess: boolean
}

/** Of a machine with detailed monitoring; each is paid like one of one's own. */
const METRICS_PER_HOST = 7n

/** Controllers of their own, whatever the number of brokers. */
const DEDICATED_CONTROLLERS = 3

/**
 * How often a host asks for news and reports when nothing happens: it is answered at once (`functions/host-api/`) and pauses for
 * 5 to 10 seconds (`agent/control-plane/session.ts`).
 */
const IDLE_POLL_MILLISECONDS = 7500n
export const IDLE_REPORT_SECONDS = 8n

/** What the API of the hosts does for that. */
const AGENT = {
  memoryMiB: 512n,
  /** Two records of up to 4 KB, as they stand: of the host, and of the cluster, which says whether an operation runs. */
  halfUnitsPerPoll: 4n,
  /** Assumptions, for want of an account: two reads; and a report of a few KB, read and written in a transaction. */
  pollMilliseconds: 20n,
  reportMilliseconds: 60n,
  halfUnitsPerReport: 8n,
  writeUnitsPerReport: 6n,
} as const

const priceOfMachine = (instanceType: keyof typeof INSTANCE_TYPES): PriceName =>
  INSTANCE_TYPES[instanceType].ec2InstanceType

/** The machines of a cluster, by what they are for. */
function hostsOf({ topology, brokers }: PricedCluster): { readonly brokers: bigint; readonly controllers: bigint } {
  return { brokers: BigInt(brokers), controllers: topology === 'dedicated' ? BigInt(DEDICATED_CONTROLLERS) : 0n }
}

/** What a cluster costs a month by being there: its machines, their disks and what its agents ask. */
export function clusterLines(cluster: PricedCluster): readonly Line[] {
  const { brokers, controllers } = hostsOf(cluster)
  const hosts = brokers + controllers
  const data = brokers * BigInt(cluster.volumeGiB) + controllers * BigInt(CONTROLLER_VOLUME_GIB)
  const seconds = HOURS_PER_MONTH * 3600n * hosts
  const polls = (seconds * 1000n) / IDLE_POLL_MILLISECONDS
  const reports = seconds / IDLE_REPORT_SECONDS
  const busyMilliseconds = polls * AGENT.pollMilliseconds + reports * AGENT.reportMilliseconds
  const reads = polls * AGENT.halfUnitsPerPoll + reports * AGENT.halfUnitsPerReport
  const lines: readonly Line[] = [
    { what: 'machines', price: priceOfMachine(cluster.instanceType), quantity: hosts * HOURS_PER_MONTH },
    { what: 'data volumes', price: 'gp3GibMonth', quantity: data },
    { what: 'root volumes', price: 'gp3GibMonth', quantity: hosts * BigInt(cluster.rootVolumeGiB) },
    { what: 'detailed monitoring', price: 'customMetricMonth', quantity: hosts * METRICS_PER_HOST },
    { what: 'agents: requests', price: 'apiRequest', quantity: polls + reports },
    { what: 'agents: requests', price: 'lambdaRequest', quantity: polls + reports },
    {
      what: 'agents: answering',
      price: 'lambdaMebibyteMillisecond',
      quantity: busyMilliseconds * AGENT.memoryMiB,
    },
    { what: 'agents: looking for news', price: 'dynamodbReadHalfUnit', quantity: reads },
    { what: 'agents: reports', price: 'dynamodbWriteUnit', quantity: reports * AGENT.writeUnitsPerReport },
  ]
  if (!cluster.publicAccess) return lines
  return [
    ...lines,
    { what: 'load balancer', price: 'loadBalancerHour', quantity: HOURS_PER_MONTH },
    { what: 'public addresses', price: 'publicAddressHour', quantity: HOURS_PER_MONTH * BigInt(cluster.zones) },
  ]
}

/**
 * How many GB cross a border between zones for a thousand GB that are written and read so often: a writer meets the leader in its own
 * zone once in `zones`, the leader sends to both followers in other zones, and a reader is where the leader is once in `zones`.
 */
export function crossZoneGb({ zones }: Pick<PricedCluster, 'zones'>, readers: number): bigint {
  if (zones === 1) return 0n
  const others = BigInt(zones - 1)
  const followers = 2n
  return (1000n * (others + BigInt(zones) * followers + BigInt(readers) * others)) / BigInt(zones)
}
