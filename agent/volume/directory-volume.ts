import { readdir, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { requireRoom, volumeIsGone } from './room.ts'
import type { Volume } from './volume.ts'

/** A plain directory in place of a volume, for machines without root or xfsprogs: it has the size of the disk it lies on. */
export function directoryVolume(path: string): Volume {
  const exists = (): Promise<boolean> =>
    stat(path).then(
      () => true,
      () => false,
    )
  return {
    path,
    async ensureMounted(volumeGiB) {
      if (!(await exists())) throw volumeIsGone(path)
      if ((await readdir(path)).length === 0) await requireRoom(dirname(path), path, volumeGiB)
    },
    ensureSize: async () => undefined,
    async observe() {
      if (!(await exists())) return { state: 'Absent' }
      const { blocks, bfree, bsize } = await statfs(path)
      return {
        state: 'Mounted',
        fileSystem: 'directory',
        totalBytes: blocks * bsize,
        usedBytes: (blocks - bfree) * bsize,
      }
    },
  }
}
