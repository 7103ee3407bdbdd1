import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { readAgentConfig, readBootId } from '../../agent/config.ts'
import { runOrFail } from '../../agent/run-command.ts'
import { hostDirOf, hostFolder } from '../../local/hosts/host-spec.ts'
import { headOfHost, processesOfHost } from '../../local/hosts/power-state.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { DesiredHost } from '../../shared/host-protocol/desired.ts'
import { METADATA_LOG, type MetadataRecord, readMetadataLog } from './metadata-log.ts'

/** A look at a host of the local fleet from outside of it, past the agent and the control plane. */
export interface HostView {
  readonly nodeId: number
  /** The size of its file system as `df` says in the host's own mount namespace. */
  totalBytes(): Promise<number>
  /** How full it is, by the same word. */
  usedPercent(): Promise<number>
  /** Names the boot that the machine runs in. */
  bootId(): Promise<string>
  /** Which Kafka process runs: its number and when it started, none while there is none. */
  kafka(): Promise<string | undefined>
  /** How often Kafka has been started on it, by Kafka's own log: also a start that came to nothing. */
  kafkaStarts(): Promise<number>
  /** What the quorum has written since the cluster was born, as Kafka's own tool reads it on this node. */
  metadataLog(version: KafkaVersion): Promise<readonly MetadataRecord[]>
  /** Takes so much room on its volume. */
  occupy(mebibytes: number): Promise<void>
  /** Takes all the room that is left on its volume. */
  fill(): Promise<void>
  /** A file of this machine is empty for this host alone, until it is given back. */
  takeAway(file: string): Promise<void>
  giveBack(file: string): Promise<void>
}

/** The hosts of a home by node id. */
export async function hostViews(home: string): Promise<readonly HostView[]> {
  const instances = await readdir(join(home, 'hosts'))
  const views = await Promise.all(instances.map((instance) => viewOf(hostDirOf(home, instance))))
  return views.toSorted((a, b) => a.nodeId - b.nodeId)
}

async function viewOf(hostDir: string): Promise<HostView> {
  const { configFile, stateDir, logDir, mountPoint } = hostFolder(hostDir)
  const { nodeId } = DesiredHost.parse(JSON.parse(await readFile(join(stateDir, 'desired.json'), 'utf8')))
  const inside = async (...command: readonly string[]): Promise<string> => {
    const head = await headOfHost(hostDir)
    if (!head) throw new Error(`the host of node ${nodeId} is off`)
    return runOrFail('nsenter', '--target', String(head.processId), '--mount', ...command)
  }
  return {
    nodeId,
    totalBytes: async () => Number((await inside('df', '--block-size=1', '--output=size', mountPoint)).split('\n')[1]),
    usedPercent: async () => {
      const [, sizes = ''] = (await inside('df', '--block-size=1', '--output=used,size', mountPoint)).split('\n')
      const [used = 0, size = 1] = sizes.trim().split(/\s+/u).map(Number)
      return (100 * used) / size
    },
    bootId: async () => readBootId(await readAgentConfig(configFile)),
    kafka: async () => {
      for (const { processId, startTicks } of await processesOfHost(hostDir)) {
        const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')
        if (command.split('\0').includes('kafka.Kafka')) return `${processId} since ${startTicks}`
      }
      return undefined
    },
    kafkaStarts: async () =>
      (await readFile(join(logDir, 'kafka.log'), 'utf8')).match(
        /Server id=\d+\] Transition from SHUTDOWN to STARTING/gu,
      )?.length ?? 0,
    metadataLog: async (version) => {
      const copy = join(hostDir, basename(METADATA_LOG))
      await inside('cp', join(mountPoint, METADATA_LOG), copy)
      return readMetadataLog(copy, version)
    },
    takeAway: async (file) => {
      const empty = join(hostDir, 'empty')
      await writeFile(empty, '')
      await inside('mount', '--bind', empty, file)
    },
    // What lies above the file from then on is the file itself.
    giveBack: (file) => copyFile(file, join(hostDir, 'empty')),
    occupy: async (mebibytes) => {
      await inside('fallocate', '--length', `${mebibytes}M`, join(mountPoint, 'occupied'))
    },
    fill: async () => {
      // Leaves nothing: pieces that cost nothing, ever smaller ones, then what is left byte by byte.
      const script = `n=0; for size in 256 64 16 4 1; do while fallocate --length "$size"M "$0/filler-$n"; do n=$((n + 1)); done; done; cat /dev/zero > "$0/rest" || true`
      await inside('sh', '-c', script, mountPoint)
    },
  }
}
