import { createPublicKey, verify } from 'node:crypto'
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileAuthorityKeys } from '../../local/authority-keys.ts'

const cluster = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N' }
const named = (name: string) => async () => `certificate of ${name}\n`
const DATA = Buffer.from('to be signed')

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-authority-'))
})
afterEach(() => rm(home, { recursive: true }))

describe('the keys of authorities on one machine', () => {
  test('has nothing for a cluster it was given nothing for', async () => {
    expect(await fileAuthorityKeys(home).get(cluster)).toBeUndefined()
  })

  test('keeps the first authority and answers it to every later one who would make it', async () => {
    const keys = fileAuthorityKeys(home)
    const first = await keys.ensure(cluster, named('first'))
    expect(first.certificatePem).toBe('certificate of first\n')
    for (const again of [await keys.ensure(cluster, named('second')), await fileAuthorityKeys(home).get(cluster)]) {
      expect(again?.certificatePem).toBe('certificate of first\n')
      expect(again?.key.publicKey).toEqual(first.key.publicKey)
    }
  })

  test('certifies the very key that it signs with', async () => {
    const certified: string[] = []
    const { key } = await fileAuthorityKeys(home).ensure(cluster, async ({ publicKey }) => {
      certified.push(Buffer.from(publicKey).toString('hex'))
      return 'certificate'
    })
    const kept = await fileAuthorityKeys(home).get(cluster)
    expect(certified).toEqual([Buffer.from(key.publicKey).toString('hex')])
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), type: 'spki', format: 'der' })
    expect(verify('sha256', DATA, publicKey, (await kept?.key.sign(DATA)) ?? Buffer.alloc(0))).toBe(true)
  })

  test('lets exactly one of many at the same time win, and tells all of them who', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => fileAuthorityKeys(home).ensure(cluster, named(String(index)))),
    )
    const kept = await fileAuthorityKeys(home).get(cluster)
    const publicKeys = answers.map(({ key }) => Buffer.from(key.publicKey).toString('hex'))
    expect(new Set(publicKeys)).toEqual(new Set([Buffer.from(kept?.key.publicKey ?? []).toString('hex')]))
    expect(new Set(answers.map(({ certificatePem }) => certificatePem))).toEqual(new Set([kept?.certificatePem]))
    expect(await readdir(join(home, 'authority'))).toEqual([cluster.clusterId])
  })

  test('is readable by its owner only', async () => {
    await fileAuthorityKeys(home).ensure(cluster, named('first'))
    const folder = join(home, 'authority', cluster.clusterId)
    const mode = async (path: string) => (await stat(path)).mode & 0o777
    expect(await mode(join(home, 'authority'))).toBe(0o700)
    expect(await mode(folder)).toBe(0o700)
    for (const file of await readdir(folder)) expect(await mode(join(folder, file))).toBe(0o600)
  })

  test('forgets without a trace, again and again, and only the cluster it was told', async () => {
    const keys = fileAuthorityKeys(home)
    const other = { ...cluster, clusterId: `${cluster.clusterId}X` }
    await keys.forget(cluster)
    await keys.ensure(cluster, named('first'))
    await keys.ensure(other, named('other'))
    await keys.forget(cluster)
    await keys.forget(cluster)
    expect(await keys.get(cluster)).toBeUndefined()
    expect(await readdir(join(home, 'authority'))).toEqual([other.clusterId])
    expect((await keys.get(other))?.certificatePem).toBe('certificate of other\n')
  })

  test.each(['../elsewhere', '.', '', 'a/b', '.hidden'])('refuses the folder name %j', async (clusterId) => {
    await expect(fileAuthorityKeys(home).ensure({ ...cluster, clusterId }, named('x'))).rejects.toThrow(
      'not a cluster id',
    )
  })
})
