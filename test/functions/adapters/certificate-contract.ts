import 'reflect-metadata'
import { execFile } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuthorityKeys } from '../../../functions/adapters/authority-keys.ts'
import {
  type CertificateAuthorityParts,
  certificateAuthority,
} from '../../../functions/adapters/certificate-authority.ts'

const run = promisify(execFile)
const clusterId = 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N'
const node = { tenantId: 'acme', clusterId, nodeId: 2 }
const now = Date.parse('2026-11-21T12:00:00.000Z')
const DAY = 86_400_000

let home = ''
let clockNow = now
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-ca-'))
})
afterAll(() => rm(home, { recursive: true }))

/** Runs openssl on a certificate that it reads from a file. */
async function openssl(pem: string, ...args: readonly string[]): Promise<string> {
  const file = join(home, 'certificate.pem')
  await writeFile(file, pem)
  return (await run('openssl', ['x509', '-in', file, '-noout', ...args])).stdout
}

/** Lets openssl build the chain at the time of the clock. */
async function verify(caPem: string, pem: string, ...args: readonly string[]): Promise<string> {
  await writeFile(join(home, 'ca.pem'), caPem)
  await writeFile(join(home, 'leaf.pem'), pem)
  const at = ['-attime', String(clockNow / 1000)]
  // As Kafka and the control plane do, trust begins at the authority that is given, also where others stand above it.
  const all = [
    'verify',
    '-x509_strict',
    '-partial_chain',
    ...at,
    '-CAfile',
    join(home, 'ca.pem'),
    ...args,
    join(home, 'leaf.pem'),
  ]
  return run('openssl', all).then(
    ({ stdout }) => stdout.trim().replace(/^.*: /, ''),
    (error: { stderr: string }) => error.stderr,
  )
}

/** A signing request as a host makes it, and what it must not get: another subject, other names. */
async function request(...args: readonly string[]): Promise<string> {
  const key = args.length > 0 ? args : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256']
  const claims = [
    '-subj',
    '/O=clu_other/CN=weir-control-plane',
    '-addext',
    'subjectAltName=DNS:evil.example,IP:1.2.3.4',
  ]
  const files = ['-keyout', join(home, 'host.key'), '-out', join(home, 'host.csr')]
  await run('openssl', ['req', '-new', '-nodes', ...key, ...claims, ...files])
  return (await run('openssl', ['req', '-in', join(home, 'host.csr')])).stdout
}

/**
 * What every authority must do, wherever its key is kept and whoever vouches for it. `open` opens the same keys again, as another
 * process would.
 */
export function certificateAuthorityContract(
  open: (folder: string) => AuthorityKeys,
  parts: Pick<CertificateAuthorityParts, 'certify'> = {},
): void {
  const authority = () => certificateAuthority({ keyStore: open(home), clock: { now: () => clockNow }, ...parts })

  describe('the authority of a cluster', () => {
    test('is made once and lasts ten years', async () => {
      const { caPem } = await authority().ensureAuthority('acme', clusterId)
      expect(await authority().ensureAuthority('acme', clusterId)).toEqual({ caPem })
      const text = await openssl(caPem, '-text', '-subject', '-nameopt', 'RFC2253', '-dates', '-dateopt', 'iso_8601')
      expect(text).toContain(`subject=CN=Weir cluster authority,O=${clusterId}`)
      expect(text).toContain('notAfter=2036-11-18 12:00:00Z')
      expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/)
      expect(text).toMatch(/Key Usage: critical\s+(Digital Signature, )?Certificate Sign, CRL Sign/)
      expect(text).toContain('ASN1 OID: prime256v1')
      expect(await verify(caPem, caPem)).toBe('OK')
    })

    test('is the same for control planes that make it at the same time', async () => {
      const made = await Promise.all(Array.from({ length: 8 }, () => authority().ensureAuthority('acme', 'clu_race')))
      expect(new Set(made.map(({ caPem }) => caPem)).size).toBe(1)
    })

    test('of one cluster does not vouch for another', async () => {
      const { caPem } = await authority().ensureAuthority('acme', 'clu_other')
      await authority().ensureAuthority('acme', clusterId)
      const { certificatePem } = await authority().controlPlane('acme', clusterId)
      expect(await verify(caPem, certificatePem)).toContain('unable to get local issuer certificate')
    })

    test('is gone after it was forgotten, and nothing can be signed', async () => {
      await authority().ensureAuthority('acme', 'clu_gone')
      await authority().forget('acme', 'clu_gone')
      await authority().forget('acme', 'clu_gone')
      await expect(authority().controlPlane('acme', 'clu_gone')).rejects.toMatchObject({ code: 'INTERNAL' })
      await expect(
        authority().signNode({ ...node, clusterId: 'clu_gone' }, ['10.0.0.1'], await request()),
      ).rejects.toMatchObject({ code: 'INTERNAL' })
    })
  })

  describe('the certificate of a node', () => {
    beforeAll(() => authority().ensureAuthority('acme', clusterId))

    test('is valid for TLS servers and clients at its address, and nowhere else', async () => {
      const { certificatePem, caPem } = await authority().signNode(node, ['127.34.0.2'], await request())
      expect(await verify(caPem, certificatePem, '-purpose', 'sslserver', '-verify_ip', '127.34.0.2')).toBe('OK')
      expect(await verify(caPem, certificatePem, '-purpose', 'sslclient')).toBe('OK')
      expect(await verify(caPem, certificatePem, '-verify_ip', '127.34.0.3')).toContain('IP address mismatch')
      expect(await verify(caPem, certificatePem, '-verify_hostname', 'localhost')).toContain('hostname mismatch')
      const text = await openssl(certificatePem, '-ext', 'subjectAltName,keyUsage,extendedKeyUsage,basicConstraints')
      expect(text).toMatch(/Alternative Name:\s+IP Address:127\.34\.0\.2, DNS:127\.34\.0\.2\n/)
      expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication, TLS Web Client Authentication\n/)
      expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/)
      expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE\n/)
    })

    test('names a host by its DNS name alone where it has one', async () => {
      const { certificatePem } = await authority().signNode(node, ['n2.weir.example'], await request())
      expect(await openssl(certificatePem, '-ext', 'subjectAltName')).toMatch(/:\s+DNS:n2\.weir\.example\n$/)
    })

    test('is valid at every address and name that the host is called under', async () => {
      const hosts = ['127.34.0.2', 'b2.weir.example', 'bootstrap.weir.example']
      const { certificatePem, caPem } = await authority().signNode(node, hosts, await request())
      expect(await verify(caPem, certificatePem, '-verify_ip', '127.34.0.2')).toBe('OK')
      for (const name of hosts.slice(1)) {
        expect(await verify(caPem, certificatePem, '-verify_hostname', name)).toBe('OK')
      }
      expect(await verify(caPem, certificatePem, '-verify_hostname', 'b3.weir.example')).toContain('hostname mismatch')
    })

    test('takes the key from the request and the names from the record, whatever the request claims', async () => {
      const { certificatePem } = await authority().signNode(node, ['127.34.0.2'], await request())
      const text = await openssl(certificatePem, '-subject', '-nameopt', 'RFC2253', '-text')
      expect(text).toContain(`subject=CN=weir-node,O=${clusterId}\n`)
      expect(text).not.toMatch(/evil|1\.2\.3\.4|clu_other|weir-control-plane/)
      const { stdout } = await run('openssl', ['pkey', '-in', join(home, 'host.key')])
      expect(new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(stdout))).toBe(true)
    })

    test('lasts 397 days, says so, and begins before a slow clock', async () => {
      const { certificatePem, notAfter } = await authority().signNode(node, ['127.34.0.2'], await request())
      expect(Date.parse(notAfter)).toBe(now + 397 * DAY)
      expect(await openssl(certificatePem, '-dates', '-dateopt', 'iso_8601')).toBe(
        'notBefore=2026-11-21 11:55:00Z\nnotAfter=2027-12-23 12:00:00Z\n',
      )
    })

    test('never outlives the authority', async () => {
      const { caPem } = await authority().ensureAuthority('acme', clusterId)
      clockNow = now + 3645 * DAY
      const { certificatePem, notAfter } = await authority().signNode(node, ['127.34.0.2'], await request())
      expect(Date.parse(notAfter)).toBe(new X509Certificate(caPem).validToDate.getTime())
      expect(await verify(caPem, certificatePem)).toBe('OK')
      clockNow = now
    })

    test('has a serial number of its own', async () => {
      const csr = await request()
      const signed = await Promise.all(Array.from({ length: 20 }, () => authority().signNode(node, ['10.0.0.1'], csr)))
      const serials = signed.map(({ certificatePem }) => new X509Certificate(certificatePem).serialNumber)
      expect(new Set(serials).size).toBe(20)
      for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/)
    })
  })

  describe('a signing request is refused', () => {
    const refused = async (csr: string) =>
      expect(authority().signNode(node, ['10.0.0.1'], csr)).rejects.toMatchObject({
        code: 'INVALID_FIELD',
        context: { violations: [{ pointer: '/csrPem' }] },
      })

    test('when its signature was made by another key', async () => {
      const der = Buffer.from((await request()).replaceAll(/-----.*-----|\s/g, ''), 'base64')
      const last = der.length - 1
      der[last] = (der[last] ?? 0) ^ 1
      await refused(
        `-----BEGIN CERTIFICATE REQUEST-----\n${der.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`,
      )
    })

    test('when its key is of another kind', async () => {
      await refused(await request('-newkey', 'rsa:1024'))
      await refused(await request('-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp384r1'))
      await refused(await request('-newkey', 'ed25519'))
    })

    test('when it is none', async () => {
      await refused('')
      await refused('hello')
      await refused('-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n')
      await refused((await authority().controlPlane('acme', clusterId)).certificatePem)
    })
  })

  describe('the identity of the control plane', () => {
    test('lasts a day, can only call, and comes with its key', async () => {
      const { keyPem, certificatePem, caPem } = await authority().controlPlane('acme', clusterId)
      expect(await openssl(certificatePem, '-subject', '-nameopt', 'RFC2253')).toBe(
        `subject=CN=weir-control-plane,O=${clusterId}\n`,
      )
      expect(await verify(caPem, certificatePem, '-purpose', 'sslclient')).toBe('OK')
      expect(await verify(caPem, certificatePem, '-purpose', 'sslserver')).toContain('unsuitable certificate purpose')
      const certificate = new X509Certificate(certificatePem)
      expect(certificate.validToDate.getTime()).toBe(now + DAY)
      expect(certificate.subjectAltName).toBeUndefined()
      expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true)
    })

    test('is a new key every time', async () => {
      const one = await authority().controlPlane('acme', clusterId)
      expect((await authority().controlPlane('acme', clusterId)).keyPem).not.toBe(one.keyPem)
    })
  })
}
