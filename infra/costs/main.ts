import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readAssembly } from '../assembly/read-assembly.ts'
import { synthesizedAssembly } from '../assembly/synthesized-assembly.ts'
import { billOf, billText } from './bill.ts'
import { clusterLines, crossZoneGb, type PricedCluster } from './cluster.ts'
import { figureLines, lookedAfterLines, sweeperLines } from './jobs.ts'
import { dollars } from './money.ts'
import { operationLines } from './operation.ts'
import { OperationUsageFile } from './operation-usage.ts'
import { amountOf, type Line, PRICE_REGION, PRICES } from './prices.ts'
import { standingLines } from './standing.ts'

/**
 * `npm run costs`: what the deployment that `cdk.json` describes costs, idle, with a cluster, and by operation. Options: `--brokers 6
 * --volume-gib 500 --public` for a dedicated cluster of another size, `--prices` for the prices with their sources.
 */
const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '3' },
    'volume-gib': { type: 'string', default: '1000' },
    public: { type: 'boolean', default: false },
    prices: { type: 'boolean', default: false },
  },
})
const print = (text: string) => process.stdout.write(`${text}\n\n`)

const assembly = synthesizedAssembly()

/** Hosts of the usual order. */
const base = {
  instanceType: 'r2a.2xlarge',
  volumeGiB: Number(values['volume-gib']),
  rootVolumeGiB: assembly.config.hosts.rootVolumeGiB,
  zones: 3,
  publicAccess: values.public,
} as const
const CLUSTERS: readonly PricedCluster[] = [
  { ...base, topology: 'combined', brokers: 3 },
  { ...base, topology: 'dedicated', brokers: Number(values.brokers) },
]

/** What a thousand GB written and read twice cost between zones, by a line of its own: nobody can know the traffic beforehand. */
const traffic: Line = { what: '', price: 'crossZoneGb', quantity: crossZoneGb({ zones: 3 }, 2) }

try {
  print(
    `List prices of ${PRICE_REGION}, on demand; "?" rests on a price that could not be confirmed. Other regions differ.`,
  )
  print(billText('Idle, a month:', billOf([...standingLines(readAssembly(assembly.directory)), ...figureLines()])))
  print(billText('With the first cluster, a month, once:', billOf(sweeperLines())))
  for (const cluster of CLUSTERS) {
    const { topology, brokers, instanceType, volumeGiB, publicAccess } = cluster
    const title = `Cluster, a month: ${topology}, ${brokers} brokers ${instanceType} with ${volumeGiB} GiB each${publicAccess ? ', public' : ''}:`
    print(billText(title, billOf([...clusterLines(cluster), ...lookedAfterLines()])))
  }
  print(
    `Between three zones ? : ${dollars(amountOf(traffic))} for 1000 GB that are written and read twice (${traffic.quantity} GB cross a border).`,
  )
  const usage = OperationUsageFile.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, 'operation-usage.json'), 'utf8')),
  )
  if (usage.operations.length === 0) print('Operations: nothing measured yet.')
  for (const operation of usage.operations) {
    const title = `Operation ${operation.operation}, ${operation.nodes} nodes, measured ${usage.measuredOn}:`
    print(billText(title, billOf(operationLines(operation)), 5))
  }
  if (values.prices) {
    for (const [name, { dollars: amount, per, unit, confirmed, source, asOf }] of Object.entries(PRICES)) {
      process.stdout.write(`${name}: $${amount} for ${per} × ${unit}; ${asOf}, confirmed ${confirmed}: ${source}\n`)
    }
  }
} finally {
  assembly.remove()
}
