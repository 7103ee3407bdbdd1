import { FIGURES } from '../../shared/deployment/figures.ts'
import type { Line } from './prices.ts'
import { HOURS_PER_MONTH } from './standing.ts'

/** How often a minute's run of the sweeper looks, with the pause in between: `functions/lambda/sweep.ts`. */
const ROUNDS_PER_RUN = 10n
const PAUSE_MILLISECONDS = 6000n

/** An assumption, for want of an account: one round over a handful of clusters. */
const ROUND_MILLISECONDS = 60n
const MEMORY_MIB = 512n
/** What one round reads of one cluster: its record, its operation, its hosts. */
const HALF_UNITS_PER_CLUSTER = 6n

const RUNS = HOURS_PER_MONTH * 60n

/** What one run of the job for what is due reads of one cluster: its record, its brokers and its hosts. */
const HALF_UNITS_PER_MAINTAINED_CLUSTER = 6n

/** What jobs tell is a metric each, whether or not anything happens; it costs from the first telling on. */
export function figureLines(): readonly Line[] {
  return [{ what: 'figures of the jobs', price: 'customMetricMonth', quantity: BigInt(Object.keys(FIGURES).length) }]
}

/** The sweeper ends at once where there is no cluster, and stays for its minute where there is one: once, however many there are. */
export function sweeperLines(): readonly Line[] {
  const milliseconds = ROUNDS_PER_RUN * ROUND_MILLISECONDS + (ROUNDS_PER_RUN - 1n) * PAUSE_MILLISECONDS
  return [{ what: 'sweeper', price: 'lambdaMebibyteMillisecond', quantity: RUNS * milliseconds * MEMORY_MIB }]
}

/** What the jobs that run each minute read of each cluster. */
export function lookedAfterLines(): readonly Line[] {
  const swept = RUNS * ROUNDS_PER_RUN * HALF_UNITS_PER_CLUSTER
  const maintained = RUNS * HALF_UNITS_PER_MAINTAINED_CLUSTER
  return [
    { what: 'looked after by the sweeper', price: 'dynamodbReadHalfUnit', quantity: swept },
    { what: 'looked at for what is due', price: 'dynamodbReadHalfUnit', quantity: maintained },
  ]
}
