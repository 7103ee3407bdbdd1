import { mkdir, open, readFile, realpath, stat, statfs } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { VolumeConfig } from '../config.ts'
import { runOrFail } from '../run-command.ts'
import { ebsDevice } from './ebs-device.ts'
import { mountedDevice } from './mounts.ts'
import { requireRoom, volumeIsGone } from './room.ts'
import { bytesPerGiB, type Volume } from './volume.ts'
import { ensureXfs } from './xfs.ts'

/** A volume with its own XFS: a block device, an EBS volume, or a sparse file that is mounted through a loop device. */
export function xfsVolume(config: Exclude<VolumeConfig, { kind: 'directory' }>): Volume {
  const { mountPoint } = config
  // The device size for which xfs_growfs has run; it is a no-op at full size, so once too often does no harm.
  let grownToBytes = 0

  async function ensureMounted(volumeGiB: number): Promise<void> {
    if ((await mountedDevice(mountPoint)) !== undefined) return
    const source = await sourceOf(config)
    if (config.kind === 'image') await ensureImage(config.imageFile, volumeGiB)
    await ensureXfs(source)
    await mkdir(mountPoint, { recursive: true })
    // `loop` makes a loop device that frees itself when the last mount of it goes.
    await runOrFail(
      'mount',
      '-t',
      'xfs',
      '-o',
      config.kind === 'image' ? 'loop,noatime' : 'noatime',
      source,
      mountPoint,
    )
  }

  async function ensureSize(volumeGiB: number): Promise<void> {
    const device = await mountedDevice(mountPoint)
    if (device === undefined) throw new Error(`nothing is mounted at ${mountPoint}`)
    if (config.kind === 'image') await growLoop(device, config.imageFile, volumeGiB)
    const deviceBytes = await sizeOfDevice(device)
    if (deviceBytes > grownToBytes) await runOrFail('xfs_growfs', mountPoint)
    grownToBytes = deviceBytes
    if (deviceBytes < volumeGiB * bytesPerGiB) {
      throw new Error(`${device} has ${deviceBytes / bytesPerGiB} GiB so far, ${volumeGiB} GiB are wanted`)
    }
  }

  return {
    path: mountPoint,
    ensureMounted,
    ensureSize,
    async observe() {
      if ((await mountedDevice(mountPoint)) === undefined) return { state: 'Absent' }
      const { blocks, bfree, bsize } = await statfs(mountPoint)
      return { state: 'Mounted', fileSystem: 'xfs', totalBytes: blocks * bsize, usedBytes: (blocks - bfree) * bsize }
    },
  }
}

async function sourceOf(config: Exclude<VolumeConfig, { kind: 'directory' }>): Promise<string> {
  if (config.kind === 'ebs') return ebsDevice(config.mountPoint)
  return config.kind === 'image' ? config.imageFile : config.device
}

async function ensureImage(file: string, volumeGiB: number): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (!found) throw volumeIsGone(file)
  if (found.size === 0) await enlarge(file, volumeGiB)
}

async function growLoop(device: string, file: string, volumeGiB: number): Promise<void> {
  if ((await stat(file)).size < volumeGiB * bytesPerGiB) await enlarge(file, volumeGiB)
  if ((await sizeOfDevice(device)) < (await stat(file)).size) await runOrFail('losetup', '--set-capacity', device)
}

async function enlarge(file: string, volumeGiB: number): Promise<void> {
  await requireRoom(dirname(file), file, volumeGiB)
  const handle = await open(file, 'a', 0o600)
  try {
    await handle.truncate(volumeGiB * bytesPerGiB)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

// The kernel counts the size of block devices in sectors of 512 bytes, whatever the device's own sectors are.
const sysfsSectorBytes = 512

async function sizeOfDevice(device: string): Promise<number> {
  const name = basename(await realpath(device))
  return Number(await readFile(`/sys/class/block/${name}/size`, 'utf8')) * sysfsSectorBytes
}
