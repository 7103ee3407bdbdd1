import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ebsDevice, VolumeNotAttachedError } from '../../../agent/volume/ebs-device.ts'

const MOUNT_POINT = '/var/lib/weir/data'

let folder: string

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'weir-devices-')))
  await mkdir(join(folder, 'by-id'))
  await mounted()
  await disk('nvme0n1', 'vol0aaaaaaaaaaaaaaaa')
  await mounted(['nvme0n1p1', '/'], ['nvme0n1p128', '/boot/efi'])
})
afterEach(() => rm(folder, { recursive: true }))

/** A disk as udev lists it: by model and serial number, with its namespace, and with its partitions. */
async function disk(name: string, serial: string, model = 'Amazon_Elastic_Block_Store'): Promise<void> {
  const link = join(folder, 'by-id', `nvme-${model}_${serial}`)
  for (const [suffix, device] of [
    ['', name],
    ['_1', name],
    ['-ns-1', name],
    ['-part1', `${name}p1`],
  ]) {
    await writeFile(join(folder, String(device)), '')
    await symlink(join('..', String(device)), `${link}${suffix}`)
  }
}

const mounted = (...mounts: readonly (readonly [device: string, target: string])[]): Promise<void> =>
  writeFile(
    join(folder, 'mounts'),
    mounts.map(([device, target]) => `${join(folder, device)} ${target} xfs rw 0 0\n`).join(''),
  )

const find = (): Promise<string> =>
  ebsDevice(MOUNT_POINT, {
    byIdDir: join(folder, 'by-id'),
    attachedAs: join(folder, 'sdf'),
    mountsFile: join(folder, 'mounts'),
    rootDir: '/',
  })

describe('the data volume of a machine on EC2', () => {
  it('is waited for while there is the root volume alone', async () => {
    await expect(find()).rejects.toThrow(VolumeNotAttachedError)
  })

  it('is waited for where the system lists no devices at all', async () => {
    await rm(join(folder, 'by-id'), { recursive: true })
    await expect(find()).rejects.toThrow(VolumeNotAttachedError)
  })

  it('is the one beside the root volume, whatever the kernel calls it', async () => {
    await disk('nvme7n1', 'vol0bbbbbbbbbbbbbbbb')
    expect(await find()).toBe(join(folder, 'nvme7n1'))
  })

  it('is found again when it is mounted already', async () => {
    await disk('nvme1n1', 'vol0bbbbbbbbbbbbbbbb')
    await mounted(['nvme0n1p1', '/'], ['nvme1n1', MOUNT_POINT])
    expect(await find()).toBe(join(folder, 'nvme1n1'))
  })

  it('is never a disk that is mounted elsewhere', async () => {
    await disk('nvme1n1', 'vol0bbbbbbbbbbbbbbbb')
    await mounted(['nvme0n1p1', '/'], ['nvme1n1', '/mnt/rescue'])
    await expect(find()).rejects.toThrow(VolumeNotAttachedError)
  })

  it('is never a disk of the machine itself, which goes with it', async () => {
    await disk('nvme1n1', 'AWS0123456789ABCDEF0', 'Amazon_EC2_NVMe_Instance_Storage')
    await expect(find()).rejects.toThrow(VolumeNotAttachedError)
  })

  it('is of several the one that was attached under its name, and is not guessed without', async () => {
    await disk('nvme1n1', 'vol0bbbbbbbbbbbbbbbb')
    await disk('nvme2n1', 'vol0cccccccccccccccc')
    await expect(find()).rejects.toThrow('vol-0bbbbbbbbbbbbbbbb, vol-0cccccccccccccccc; detach all others')
    await symlink('nvme2n1', join(folder, 'sdf'))
    expect(await find()).toBe(join(folder, 'nvme2n1'))
  })

  it('is not the root volume, though that had the name of the data volume', async () => {
    await disk('nvme1n1', 'vol0bbbbbbbbbbbbbbbb')
    await symlink('nvme0n1', join(folder, 'sdf'))
    expect(await find()).toBe(join(folder, 'nvme1n1'))
  })
})
