import { open } from 'node:fs/promises'
import { TerminalProblemError } from '../converge/step.ts'
import { runCommand, runOrFail } from '../run-command.ts'

/**
 * Makes an XFS where nothing has been written yet. A file system that is there stays; anything else that is there is
 * somebody's data, and the host refuses to touch it.
 */
export async function ensureXfs(source: string): Promise<void> {
  const probe = await runCommand(['blkid', '--probe', '--output', 'export', source])
  const type = /^TYPE=(.*)$/mu.exec(probe.stdout)?.[1]
  if (type === 'xfs' && !(await isUnfinished(source))) return
  // Exit code 2: nothing that blkid knows, which for a disk full of foreign data is true as well.
  const empty = type === 'xfs' || (probe.exitCode === 2 && (await startsWithZeros(source)))
  if (!empty) {
    const found = type ?? (probe.exitCode === 2 ? 'data without a file system' : probe.output.trim())
    throw new TerminalProblemError(`${source} is neither empty nor an XFS volume: it carries ${found}`)
  }
  // By default mkfs.xfs spends time on discarding blocks; a new volume has none.
  await runOrFail('mkfs.xfs', '-q', '-K', '-f', source)
}

// The superblock's byte sb_inprogress is 1 from the first write of mkfs until its last: such a file system was never mounted.
const inProgressOffset = 126

const isUnfinished = async (source: string): Promise<boolean> =>
  (await firstBytes(source, inProgressOffset + 1))[inProgressOffset] === 1

// mkfs, partitioning tools and Kafka's own files all leave traces in the first MiB.
const startsWithZeros = async (source: string): Promise<boolean> =>
  (await firstBytes(source, 1024 ** 2)).every((byte) => byte === 0)

async function firstBytes(source: string, length: number): Promise<Uint8Array> {
  const handle = await open(source, 'r')
  try {
    const { bytesRead, buffer } = await handle.read({ buffer: new Uint8Array(length), position: 0 })
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
