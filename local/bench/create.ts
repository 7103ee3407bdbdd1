import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { acceptCreate } from '../../shared/state/accept-create.ts'
import { acceptDelete } from '../../shared/state/accept-delete.ts'
import { loadOperation } from '../../shared/state/load.ts'
import { type ControlPlane, startControlPlane } from '../control-plane.ts'
import { settingsFrom } from '../settings.ts'
import { copyHosts, runBare, stopBare } from './bare-cluster.ts'
import { median, timed } from './statistics.ts'

/** How many pairs are run; the medians are quoted. */
const PAIRS = 3

const REQUESTER = { tenantId: 'bench', requestedBy: 'bench', requestId: 'bench' }

/**
 * `npm run bench -- create`: from the accepted order to Active, against a bare script that formats and starts the same
 * three JVMs with the same configuration, in turn, on the same addresses. Weir's time includes what the script does not
 * do: volumes with XFS, keys and certificates, the quorum and registration gates, and the canary through the client
 * listener.
 */
export async function benchCreate(version: KafkaVersion): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'weir-bench-'))
  const settings = settingsFrom(process.env, { home, port: 0, loopbackRange: '127.48', logLevel: 'warn' })
  const jarsDir = await fetchKafka(version, { cacheDir: settings.kafkaReleasesDir })
  const controlPlane = await startControlPlane(settings)
  const weir: number[] = []
  const bare: number[] = []
  try {
    for (let pair = 1; pair <= PAIRS; pair++) {
      const created = await timed(() => createCluster(controlPlane, version, pair))
      const { clusterId, kafkaClusterUuid } = created.result
      const hosts = await copyHosts(home, await readdir(join(home, 'hosts')), join(home, `bare-${pair}`))
      await deleteCluster(controlPlane, clusterId)
      const script = await timed(() => runBare(hosts, version, kafkaClusterUuid, jarsDir))
      await stopBare(script.result)
      weir.push(created.milliseconds)
      bare.push(script.milliseconds)
      process.stdout.write(
        `pair ${pair}: Weir ${seconds(created.milliseconds)}, bare script ${seconds(script.milliseconds)}\n`,
      )
    }
  } finally {
    await controlPlane.close({ powerOffHosts: true })
    await rm(home, { recursive: true, force: true })
  }
  const ratios = weir.map((milliseconds, index) => milliseconds / (bare[index] ?? Number.NaN))
  process.stdout.write(
    `create ${version} combined: Weir ${seconds(median(weir))}, bare script ${seconds(median(bare))} (medians of ${PAIRS}), ratio ${median(ratios).toFixed(2)} (aim: 1.25 or less)\n`,
  )
}

async function createCluster({ ports }: ControlPlane, kafkaVersion: KafkaVersion, pair: number) {
  const spec = ClusterSpec.parse({
    name: `bench-${pair}`,
    topology: 'combined',
    kafkaVersion,
    brokers: { count: 3, volumeGiB: 1 },
  })
  const { cluster, operation } = await acceptCreate(ports, REQUESTER, spec, () => [])
  await succeeded(ports, operation.operationId)
  return cluster
}

async function deleteCluster({ ports }: ControlPlane, clusterId: string): Promise<void> {
  const operation = await acceptDelete(ports, REQUESTER, clusterId, () => {})
  await succeeded(ports, operation.operationId)
}

async function succeeded(ports: ControlPlane['ports'], operationId: string): Promise<void> {
  for (;;) {
    const { record } = await loadOperation(ports.store, REQUESTER.tenantId, operationId)
    if (record.state === 'Succeeded') return
    if (record.state !== 'Pending' && record.state !== 'Running')
      throw new Error(`${record.type} ${record.state}: ${JSON.stringify(record.error)}`)
    await pause(10)
  }
}

const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(2)} s`
