import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fileAuthorityKeys } from '../../local/authority-keys.ts'

const cluster = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N' }
const material = (name: string) => ({ keyPem: `key of ${name}\n`, certificatePem: `certificate of ${name}\n` })

let home = ''
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-authority-'))
})
afterEach(() => rm(home, { recursive: true }))

describe('the key store of one machine', () => {
  test('has nothing for a cluster it was given nothing for', async () => {
    expect(await fileAuthorityKeys(home).get(cluster)).toBeUndefined()
  })

  test('keeps the first material and answers it to every later writer', async () => {
    const keys = fileAuthorityKeys(home)
    expect(await keys.putIfAbsent(cluster, material('first'))).toEqual(material('first'))
    expect(await keys.putIfAbsent(cluster, material('second'))).toEqual(material('first'))
    expect(await fileAuthorityKeys(home).get(cluster)).toEqual(material('first'))
  })

  test('lets exactly one of many concurrent writers win, and tells all of them who', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => fileAuthorityKeys(home).putIfAbsent(cluster, material(String(index)))),
    )
    const kept = await fileAuthorityKeys(home).get(cluster)
    expect(new Set(answers.map((answer) => answer.keyPem))).toEqual(new Set([kept?.keyPem]))
    expect(await readdir(join(home, 'authority'))).toEqual([cluster.clusterId])
  })

  test('is readable by its owner only', async () => {
    await fileAuthorityKeys(home).putIfAbsent(cluster, material('first'))
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
    await keys.putIfAbsent(cluster, material('first'))
    await keys.putIfAbsent(other, material('other'))
    await keys.forget(cluster)
    await keys.forget(cluster)
    expect(await keys.get(cluster)).toBeUndefined()
    expect(await readdir(join(home, 'authority'))).toEqual([other.clusterId])
    expect(await keys.get(other)).toEqual(material('other'))
  })

  test.each(['../elsewhere', '.', '', 'a/b', '.hidden'])('refuses the folder name %j', async (clusterId) => {
    await expect(fileAuthorityKeys(home).putIfAbsent({ ...cluster, clusterId }, material('x'))).rejects.toThrow(
      'not a cluster id',
    )
  })
})
