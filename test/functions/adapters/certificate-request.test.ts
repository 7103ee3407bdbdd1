import { execFile } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { certificatesIn, requestFor } from '../../../functions/adapters/certificate-request.ts'
import { makeSigningKeyPem, signingKey } from '../../../functions/adapters/signing-key.ts'

async function openssl(pem: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-request-'))
  try {
    await writeFile(join(folder, 'csr.pem'), pem)
    const args = [
      'req',
      '-in',
      join(folder, 'csr.pem'),
      '-verify',
      '-noout',
      '-subject',
      '-pubkey',
      '-nameopt',
      'RFC2253',
    ]
    const { stdout, stderr } = await promisify(execFile)('openssl', args)
    return stdout + stderr
  } finally {
    await rm(folder, { recursive: true })
  }
}

it.each(['clu_1', `clu_${'x'.repeat(60)}`, 'clu_ü'])(
  'openssl reads and verifies a request for %s',
  async (organisation) => {
    const key = signingKey(makeSigningKeyPem())
    const text = await openssl(await requestFor(key, { organisation, commonName: 'Weir cluster authority' }))
    expect(text).toMatch(/verify OK/)
    expect(text).toContain('subject=CN=Weir cluster authority,O=clu_')
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey), format: 'der', type: 'spki' })
    expect(text).toContain(publicKey.export({ type: 'spki', format: 'pem' }).toString().trim())
  },
)

it('finds no certificate in a text without one', () => {
  expect(certificatesIn('')).toEqual([])
  expect(certificatesIn('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')).toEqual([])
})
