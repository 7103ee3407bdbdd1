import { chmod, chown, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeFileAtomically } from '../../agent/atomic-file.ts'
import { ensureOwned, ensureReadable } from '../../agent/ownership.ts'

const user = { uid: 9092, gid: 9093 }
let folder: string
let volume: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-owner-'))
  volume = join(folder, 'volume')
})
afterEach(() => rm(folder, { recursive: true }))

const inVolume = (...names: readonly string[]) => join(volume, ...names)
const owner = async (path: string) => {
  const { uid, gid } = await lstat(path)
  return `${uid}:${gid}`
}
const mode = async (path: string) => (await lstat(path)).mode & 0o7777

/** A volume as a Kafka that was root leaves it. */
async function writtenByRoot(): Promise<void> {
  await mkdir(inVolume('data', 'orders-0'), { recursive: true })
  for (const name of ['meta.properties', 'orders-0/0.log']) await writeFile(inVolume('data', name), '')
  await writeFile(join(folder, 'elsewhere'), '')
  await symlink(join(folder, 'elsewhere'), inVolume('data', 'link'))
}

describe.runIf(process.geteuid?.() === 0)('a volume of root', () => {
  it("becomes the user's with everything on it, and nothing that it only points to", async () => {
    await writtenByRoot()
    await ensureOwned(user, volume, 2)
    for (const name of ['', 'data', 'data/meta.properties', 'data/orders-0/0.log', 'data/link']) {
      expect(`${name} ${await owner(inVolume(name))}`).toBe(`${name} 9092:9093`)
    }
    expect(await owner(join(folder, 'elsewhere'))).toBe('0:0')
    expect(await mode(volume)).toBe(0o700)
  })

  it('is gone through once', async () => {
    await writtenByRoot()
    await ensureOwned(user, volume, 2)
    const deep = inVolume('data', 'orders-0', '0.log')
    await chown(deep, 0, 0)
    await ensureOwned(user, volume, 2)
    expect(await owner(deep)).toBe('0:0')
  })

  it('is gone through again where that did not come to its end', async () => {
    await writtenByRoot()
    // As it was half-way: the folder above is given last.
    await chown(inVolume('data'), user.uid, user.gid)
    await ensureOwned(user, volume, 2)
    expect(await owner(inVolume('data', 'orders-0', '0.log'))).toBe('9092:9093')
  })

  it('is gone through again where Kafka ran as root meanwhile', async () => {
    await writtenByRoot()
    await ensureOwned(user, volume, 2)
    const segment = inVolume('data', 'orders-0', '1.log')
    for (const file of [segment, inVolume('data', 'recovery-point-offset-checkpoint')]) await writeFile(file, '')
    await ensureOwned(user, volume, 2)
    expect(await owner(segment)).toBe('9092:9093')
  })
})

describe.runIf(process.geteuid?.() === 0)('what Kafka only reads', () => {
  it('is in a folder of root that lets nobody in but its group, whatever it let in before', async () => {
    await mkdir(volume)
    await chmod(volume, 0o777)
    await ensureReadable(user, volume)
    expect([await owner(volume), await mode(volume)]).toEqual(['0:9093', 0o750])
    const key = inVolume('node.pem')
    await writeFileAtomically(key, 'a key', 0o640, user.gid)
    expect([await owner(key), await mode(key)]).toEqual(['0:9093', 0o640])
  })
})
