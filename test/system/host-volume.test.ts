import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TerminalProblemError } from '../../agent/converge/step.ts'
import { runCommand, runOrFail } from '../../agent/run-command.ts'
import { ebsDevice, VolumeNotAttachedError } from '../../agent/volume/ebs-device.ts'
import { ensureXfs } from '../../agent/volume/xfs.ts'
import { xfsVolume } from '../../agent/volume/xfs-volume.ts'
import { canIsolate } from '../../local/hosts/isolation.ts'
import { loopDevicesOf } from '../../local/hosts/loop-devices.ts'

const bytesPerGiB = 1024 ** 3

let folder: string
let image: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-volume-'))
  image = join(folder, 'vol.img')
})
afterEach(async () => {
  await runCommand(['umount', join(folder, 'mnt')])
  for (const device of await loopDevicesOf(image)) await runCommand(['losetup', '--detach', device])
  await rm(folder, { recursive: true })
})

const uuid = async (): Promise<string> =>
  (await runOrFail('blkid', '--probe', '-s', 'UUID', '-o', 'value', image)).trim()

const firstMiB = async (): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of createReadStream(image, { end: 2 ** 20 - 1 })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

async function emptyImage(gib = 1): Promise<void> {
  await writeFile(image, '')
  await truncate(image, gib * bytesPerGiB)
}

describe.runIf(canIsolate())('an XFS is made', () => {
  it('once, and never over one that is there', async () => {
    await emptyImage()
    await ensureXfs(image)
    const first = await uuid()
    await ensureXfs(image)
    expect(await uuid()).toBe(first)
  })

  it('again when the first attempt did not come to its end', async () => {
    await emptyImage()
    await ensureXfs(image)
    const first = await uuid()
    // sb_inprogress: what mkfs leaves in the superblock when it is killed.
    const handle = await open(image, 'r+')
    await handle.write(Uint8Array.of(1), 0, 1, 126)
    await handle.close()
    await ensureXfs(image)
    expect(await uuid()).not.toBe(first)
  })

  it.each([
    ['data that are no file system', () => writeFile(image, randomBytes(4096))],
    ['another file system', () => runOrFail('mkfs.ext4', '-q', '-F', image)],
    ['a swap area', () => runOrFail('mkswap', image)],
  ])('never over %s', async (_what, write) => {
    await emptyImage()
    await write()
    const before = await firstMiB()
    await expect(ensureXfs(image)).rejects.toThrow(TerminalProblemError)
    expect((await firstMiB()).equals(before)).toBe(true)
  })
})

describe.runIf(canIsolate())('a volume on a device', () => {
  it('waits for a device that is still too small, and uses all of it once it has grown', async () => {
    await emptyImage(1)
    const device = (await runOrFail('losetup', '--find', '--show', image)).trim()
    const volume = xfsVolume({ kind: 'device', device, mountPoint: join(folder, 'mnt') })
    expect(await volume.observe()).toEqual({ state: 'Absent' })
    await volume.ensureMounted(2)
    await expect(volume.ensureSize(2)).rejects.toThrow(/has 1 GiB so far, 2 GiB are wanted/u)
    await truncate(image, 2 * bytesPerGiB)
    await runOrFail('losetup', '--set-capacity', device)
    await volume.ensureSize(2)
    expect((await volume.observe()).totalBytes).toBeGreaterThan(1.9 * bytesPerGiB)
  })

  it('does not hold while the device is missing', async () => {
    const volume = xfsVolume({ kind: 'device', device: join(folder, 'nothing'), mountPoint: join(folder, 'mnt') })
    await expect(volume.ensureMounted(1)).rejects.toThrow(/nothing/u)
  })
})

describe.runIf(canIsolate())('a data volume on EC2', () => {
  it('is never the disk that the root directory lies on, whatever the table of mounts says', async () => {
    await emptyImage()
    const device = (await runOrFail('losetup', '--find', '--show', image)).trim()
    await xfsVolume({ kind: 'device', device, mountPoint: join(folder, 'mnt') }).ensureMounted(1)
    await mkdir(join(folder, 'by-id'))
    await symlink(device, join(folder, 'by-id', 'nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0'))
    await writeFile(join(folder, 'mounts'), '')
    const places = { byIdDir: join(folder, 'by-id'), attachedAs: device, mountsFile: join(folder, 'mounts') }
    await expect(ebsDevice('/data', { ...places, rootDir: join(folder, 'mnt') })).rejects.toThrow(
      VolumeNotAttachedError,
    )
    expect(await ebsDevice('/data', { ...places, rootDir: '/' })).toBe(device)
  })
})

describe.runIf(canIsolate())('a volume in an image', () => {
  beforeEach(() => writeFile(image, ''))

  const volume = () => xfsVolume({ kind: 'image', imageFile: image, mountPoint: join(folder, 'mnt') })

  it('takes only the room that its content takes', async () => {
    await volume().ensureMounted(4)
    expect((await stat(image)).size).toBe(4 * bytesPerGiB)
    expect((await stat(image)).blocks * 512).toBeLessThan(0.2 * bytesPerGiB)
  })

  it('is never made anew by its host when it is gone', async () => {
    await rm(image)
    await expect(volume().ensureMounted(1)).rejects.toThrow(TerminalProblemError)
    expect(await stat(image).catch(() => undefined)).toBeUndefined()
    expect(await volume().observe()).toEqual({ state: 'Absent' })
  })

  it('never shrinks', async () => {
    await volume().ensureMounted(2)
    await volume().ensureSize(1)
    expect((await stat(image)).size).toBe(2 * bytesPerGiB)
    expect((await volume().observe()).totalBytes).toBeGreaterThan(1.9 * bytesPerGiB)
  })

  it('grows fully when an attempt to grow was cut off after any of its parts', async () => {
    await volume().ensureMounted(1)
    await truncate(image, 2 * bytesPerGiB)
    await volume().ensureSize(2)
    expect((await volume().observe()).totalBytes).toBeGreaterThan(1.9 * bytesPerGiB)
    await truncate(image, 3 * bytesPerGiB)
    const [device = ''] = await loopDevicesOf(image)
    await runOrFail('losetup', '--set-capacity', device)
    await volume().ensureSize(3)
    expect((await volume().observe()).totalBytes).toBeGreaterThan(2.9 * bytesPerGiB)
  })

  it('keeps what is on it when it is mounted elsewhere', async () => {
    await volume().ensureMounted(1)
    await writeFile(join(folder, 'mnt', 'kept'), 'kept')
    await runOrFail('umount', join(folder, 'mnt'))
    await volume().ensureMounted(1)
    expect(await readFile(join(folder, 'mnt', 'kept'), 'utf8')).toBe('kept')
  })
})
