import { truncate } from 'node:fs/promises'
import { readAgentConfig } from '../../agent/config.ts'
import { runOrFail } from '../../agent/run-command.ts'
import { bytesPerGiB } from '../../agent/volume/volume.ts'
import { renderTable } from '../../cli/output.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { hostFolder } from '../hosts/host-spec.ts'
import { canIsolate } from '../hosts/isolation.ts'
import { loopDevicesOf } from '../hosts/loop-devices.ts'
import { type BenchHome, openBenchHome } from './bench-home.ts'
import { agentOf, insideHostOf } from './inside-host.ts'
import { median, timed } from './statistics.ts'
import { progress, seconds } from './text.ts'
import { createCluster, succeeded } from './weir-cluster.ts'

/** How many pairs are run, all on one cluster, whose volumes grow by 1 GiB each time; the medians are quoted. */
const PAIRS = 5

/**
 * `npm run bench -- extend`: larger volumes for three brokers, from the call to the end of the operation, against what the
 * growth itself takes: the image, its loop device and the XFS on it, broker by broker, as a script would. The bound is tiny,
 * so the absolute figures say more than their ratio.
 */
export async function benchExtend(version: KafkaVersion): Promise<void> {
  if (!canIsolate()) throw new Error('volumes that grow take root and xfsprogs')
  const weir: number[] = []
  const bare: number[] = []
  const bench = await openBenchHome()
  try {
    const { clusterId } = await createCluster(bench.controlPlane, 'bench', version)
    const volumes = await Promise.all((await bench.hostDirs()).map(volumeOf))
    for (let pair = 1, volumeGiB = 1; pair <= PAIRS; pair++) {
      weir.push((await timed(() => extend(bench, clusterId, ++volumeGiB))).milliseconds)
      bare.push((await timed(() => growBare(volumes, ++volumeGiB))).milliseconds)
      progress(`pair ${pair}: Weir ${seconds(weir.at(-1) ?? 0)}, bare growth ${seconds(bare.at(-1) ?? 0)}`)
    }
  } finally {
    await bench.remove()
  }
  const ratios = weir.map((milliseconds, index) => milliseconds / (bare[index] ?? Number.NaN))
  const rows = weir.map((milliseconds, index) => row(String(index + 1), milliseconds, bare[index], ratios[index]))
  rows.push(row('median', median(weir), median(bare), median(ratios)))
  process.stdout.write(`${renderTable(['PAIR', 'WEIR', 'BARE GROWTH', 'RATIO'], rows)}\n\n`)
  process.stdout.write(
    `extend ${version} combined: Weir ${seconds(median(weir))}, bare growth ${seconds(median(bare))} (medians of ${PAIRS}), ratio ${median(ratios).toFixed(1)}\n`,
  )
}

const row = (pair: string, weir: number, bare = Number.NaN, ratio = Number.NaN): readonly string[] => [
  pair,
  seconds(weir),
  seconds(bare),
  ratio.toFixed(1),
]

async function extend({ api, controlPlane }: BenchHome, clusterId: string, volumeGiB: number): Promise<void> {
  const answer = await api.call('patchCluster', {
    params: { clusterId },
    body: { brokers: { volumeGiB } },
    ifMatch: '*',
  })
  if (answer.status !== 202) throw new Error('the volumes have this size already')
  await succeeded(controlPlane.ports, answer.body.id)
}

/** What a script would know of a host's volume before it begins. */
async function volumeOf(hostDir: string) {
  const { volume } = await readAgentConfig(hostFolder(hostDir).configFile)
  if (volume.kind !== 'image') throw new Error(`${hostDir} has no volume of its own`)
  const devices = await loopDevicesOf(volume.imageFile)
  return { ...volume, devices, inside: insideHostOf(await agentOf(hostDir)) }
}

async function growBare(volumes: readonly Awaited<ReturnType<typeof volumeOf>>[], volumeGiB: number): Promise<void> {
  for (const { imageFile, mountPoint, devices, inside } of volumes) {
    await truncate(imageFile, volumeGiB * bytesPerGiB)
    for (const device of devices) await runOrFail('losetup', '--set-capacity', device)
    await runOrFail(...inside, 'xfs_growfs', mountPoint)
  }
}
