import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { mountsOf } from './mounts.ts'

/** No volume is attached to this machine yet: it comes a moment after the machine, so it is waited for. */
export class VolumeNotAttachedError extends Error {
  override readonly name = 'VolumeNotAttachedError'
}

/** Where this machine lists what is attached to it and in use. */
export interface DevicePlaces {
  readonly byIdDir: string
  /** As the control plane attaches the data volume; Amazon Linux has a link of this name to the NVMe device. */
  readonly attachedAs: string
  readonly mountsFile: string
  /** What belongs to the device's disk never becomes a data volume. */
  readonly rootDir: string
}

const PLACES: DevicePlaces = {
  byIdDir: '/dev/disk/by-id',
  attachedAs: '/dev/sdf',
  mountsFile: '/proc/self/mounts',
  rootDir: '/',
}

/** On Nitro a volume is an NVMe device whose serial number is the volume's id without its hyphen; names like nvme1n1 are chance. */
const EBS_DISK = /^nvme-Amazon_Elastic_Block_Store_(vol[0-9a-f]{8,17})$/u

/**
 * The disk of the one EBS volume that is there for data: neither the root volume nor anything that is mounted elsewhere. Of
 * several, only the one that the control plane attached by name is taken; nothing is ever guessed, because what is empty gets formatted.
 */
export async function ebsDevice(mountPoint: string, places: DevicePlaces = PLACES): Promise<string> {
  const [attached, inUse] = [await ebsDisks(places.byIdDir), await disksInUse(mountPoint, places)]
  const free = attached.filter(({ device }) => !inUse(device))
  const named = await realpath(places.attachedAs).catch(() => undefined)
  const found = free.find(({ device }) => device === named) ?? (free.length === 1 ? free[0] : undefined)
  if (found !== undefined) return found.device
  if (free.length === 0) throw new VolumeNotAttachedError('no data volume is attached to this machine yet')
  const ids = free.map(({ volumeId }) => volumeId).join(', ')
  throw new Error(`more than one volume of this machine could be its data volume: ${ids}; detach all others`)
}

interface EbsDisk {
  readonly volumeId: string
  readonly device: string
}

async function ebsDisks(byIdDir: string): Promise<readonly EbsDisk[]> {
  const names = await readdir(byIdDir).catch(() => [])
  const disks = names.flatMap((name) => {
    const [, serial] = EBS_DISK.exec(name) ?? []
    return serial === undefined ? [] : [{ name, volumeId: serial.replace('vol', 'vol-') }]
  })
  return Promise.all(
    disks.map(async ({ name, volumeId }) => ({ volumeId, device: await realpath(join(byIdDir, name)) })),
  )
}

/** Tells of a disk whether it, or a partition of it, is mounted anywhere but at the mount point. */
async function disksInUse(mountPoint: string, places: DevicePlaces): Promise<(disk: string) => boolean> {
  const mounts = mountsOf(await readFile(places.mountsFile, 'utf8')).filter(({ target }) => target !== mountPoint)
  const sources = await Promise.all(mounts.map(({ source }) => realpath(source).catch(() => source)))
  const ofRoot = await disksBelow(places.rootDir)
  return (disk) =>
    ofRoot.includes(basename(disk)) ||
    sources.some((source) => source === disk || (source.startsWith(disk) && /^p\d+$/u.test(source.slice(disk.length))))
}

/** The names of the disk, and of its partition, that a folder lies on, as the kernel nests them; whatever the mount table calls it. */
async function disksBelow(folder: string): Promise<readonly string[]> {
  const { dev } = await stat(folder, { bigint: true })
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn)
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn)
  const path = await realpath(`/sys/dev/block/${major}:${minor}`).catch(() => '')
  return path.split(sep).filter((part) => part !== '')
}
