import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { copyHosts, runBare, stopBare } from './bare-cluster.ts'
import { openBenchHome } from './bench-home.ts'
import { median, timed } from './statistics.ts'
import { progress, seconds } from './text.ts'
import { createCluster, deleteCluster } from './weir-cluster.ts'

/** How many pairs are run; the medians are quoted. */
const PAIRS = 3

/**
 * `npm run bench -- create`: from the accepted order to Active, against a bare script that formats and starts the same
 * three JVMs with the same configuration, in turn, on the same addresses. Weir's time includes what the script does not
 * do: volumes with XFS, keys and certificates, the quorum and registration gates, and the canary through the client
 * listener.
 */
export async function benchCreate(version: KafkaVersion): Promise<void> {
  const bench = await openBenchHome()
  const { home, controlPlane } = bench
  const jarsDir = await fetchKafka(version, { cacheDir: bench.kafkaReleasesDir })
  const weir: number[] = []
  const bare: number[] = []
  try {
    for (let pair = 1; pair <= PAIRS; pair++) {
      const created = await timed(() => createCluster(controlPlane, `bench-${pair}`, version))
      const { clusterId, kafkaClusterUuid } = created.result
      const hosts = await copyHosts(home, await readdir(join(home, 'hosts')), join(home, `bare-${pair}`))
      await deleteCluster(controlPlane, clusterId)
      const script = await timed(() => runBare(hosts, version, kafkaClusterUuid, jarsDir))
      await stopBare(script.result)
      weir.push(created.milliseconds)
      bare.push(script.milliseconds)
      progress(`pair ${pair}: Weir ${seconds(created.milliseconds)}, bare script ${seconds(script.milliseconds)}`)
    }
  } finally {
    await bench.remove()
  }
  const ratios = weir.map((milliseconds, index) => milliseconds / (bare[index] ?? Number.NaN))
  process.stdout.write(
    `create ${version} combined: Weir ${seconds(median(weir))}, bare script ${seconds(median(bare))} (medians of ${PAIRS}), ratio ${median(ratios).toFixed(2)} (aim: 1.25 or less)\n`,
  )
}
