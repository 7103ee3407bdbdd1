import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { KMSClient } from '@aws-sdk/client-kms'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AuthorityKeys } from '../../../functions/adapters/authority-keys.ts'
import { certificateAuthority } from '../../../functions/adapters/certificate-authority.ts'
import { kmsAuthorityKeys } from '../../../functions/adapters/kms-authority-keys.ts'
import { systemClock } from '../../../functions/adapters/system-clock.ts'
import { openSqliteStore, type SqliteStore } from '../../../local/sqlite-store.ts'
import { clientSettings } from './aws-json-server.ts'
import { certificateAuthorityContract } from './certificate-contract.ts'
import { type KmsServer, startKmsServer } from './kms-server.ts'

let server: KmsServer
let store: SqliteStore
let keyArn = ''

beforeAll(async () => {
  server = await startKmsServer()
  keyArn = server.makeKey()
  store = openSqliteStore(':memory:', { clock: systemClock })
})
afterAll(async () => {
  store.close()
  await server.close()
})

const open = (arn = keyArn): AuthorityKeys =>
  kmsAuthorityKeys({ client: new KMSClient(clientSettings(server)), keyArn: arn, store })
const authority = (arn?: string) => certificateAuthority({ keyStore: open(arn), clock: systemClock })

describe('with one key in KMS', () => certificateAuthorityContract(() => open()))

describe('authorities that share a key in KMS', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-kms-'))
    return () => rm(folder, { recursive: true })
  })

  async function verified(caPem: string, certificatePem: string): Promise<boolean> {
    await writeFile(join(folder, 'ca.pem'), caPem)
    await writeFile(join(folder, 'leaf.pem'), certificatePem)
    const args = ['verify', '-x509_strict', '-CAfile', join(folder, 'ca.pem'), join(folder, 'leaf.pem')]
    return promisify(execFile)('openssl', args).then(
      () => true,
      () => false,
    )
  }

  it('are told apart by their names: none vouches for what another has signed', async () => {
    const one = await authority().ensureAuthority('acme', 'clu_one')
    const other = await authority().ensureAuthority('acme', 'clu_two')
    const { certificatePem } = await authority().controlPlane('acme', 'clu_one')
    expect(await verified(one.caPem, certificatePem)).toBe(true)
    expect(await verified(other.caPem, certificatePem)).toBe(false)
  })

  it('go on signing with the key they were made with when the deployment gets a new one', async () => {
    const newer = server.makeKey()
    const { caPem } = await authority().ensureAuthority('acme', 'clu_kept')
    const { certificatePem } = await authority(newer).controlPlane('acme', 'clu_kept')
    expect(await verified(caPem, certificatePem)).toBe(true)
    const later = await authority(newer).ensureAuthority('acme', 'clu_later')
    expect(await verified(later.caPem, (await authority().controlPlane('acme', 'clu_later')).certificatePem)).toBe(true)
  })

  it('are not made with a key of another kind', async () => {
    await expect(authority(server.makeKey('ECC_NIST_P384')).ensureAuthority('acme', 'clu_p384')).rejects.toThrow(
      /an authority signs with ECC_NIST_P256/,
    )
  })

  it('ask for the public key once, and after a failure again', async () => {
    const keyStore = open()
    const asked = () => server.calls.filter(({ action }) => action.endsWith('GetPublicKey')).length
    const before = asked()
    await keyStore.get({ tenantId: 'acme', clusterId: 'clu_one' })
    await keyStore.get({ tenantId: 'acme', clusterId: 'clu_two' })
    expect(asked()).toBe(before + 1)
    const absent = open('arn:aws:kms:eu-west-1:123456789012:key/absent')
    const certify = async () => 'certificate'
    for (const tries of [2, 3]) {
      await expect(absent.ensure({ tenantId: 'acme', clusterId: 'clu_none' }, certify)).rejects.toThrow()
      expect(asked()).toBe(before + tries)
    }
  })
})
