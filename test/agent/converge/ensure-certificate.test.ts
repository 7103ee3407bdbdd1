import { createPrivateKey, X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CallRefusedError,
  ControlPlaneUnreachableError,
  StaleGenerationError,
} from '../../../agent/control-plane/errors.ts'
import { ensureCertificate } from '../../../agent/converge/ensure-certificate.ts'
import { TerminalProblemError } from '../../../agent/converge/step.ts'
import { tlsFolder } from '../../../agent/tls/node-certificate.ts'
import { createVirtualClock, type VirtualClock } from '../../../local/virtual-clock.ts'
import type { CertificateAnswer } from '../../../shared/host-protocol/messages.ts'
import { aDesiredHost } from '../desired-host.ts'
import { createHostAuthority } from '../host-authority.ts'

const dayMilliseconds = 86_400_000
const subject = { organisation: 'clu_1', address: '127.33.0.1', days: 90 }

let path: string
let clock: VirtualClock
let certify: (csrPem: string) => Promise<CertificateAnswer>
let requests: string[]

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'weir-tls-'))
  clock = createVirtualClock()
  const authority = await createHostAuthority(clock.now)
  requests = []
  certify = (csrPem) => authority.sign(csrPem, subject)
})
afterEach(() => rm(path, { recursive: true }))

const ensure = (certificateNonce = 1) =>
  ensureCertificate({
    folder: tlsFolder(path),
    clock,
    certify: (csrPem) => {
      requests.push(csrPem)
      return certify(csrPem)
    },
  }).ensure(aDesiredHost({ certificateNonce }))
const pem = (name: string): Promise<string> => readFile(join(path, name), 'utf8')
const failWith = (error: Error): void => {
  certify = async () => {
    throw error
  }
}

it('writes a key that only the host may read, its certificate, and whom to trust', async () => {
  expect(await ensure()).toEqual({ holds: true })
  const node = await pem('node.pem')
  const certificate = new X509Certificate(node)
  expect(certificate.checkPrivateKey(createPrivateKey(node))).toBe(true)
  expect(certificate.checkIssued(new X509Certificate(await pem('node-ca.pem')))).toBe(true)
  expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
  expect((await stat(join(path, 'node.pem'))).mode & 0o777).toBe(0o600)
  expect(await pem('client-listener.pem')).toBe(node)
})

it('never sends its key', async () => {
  await ensure()
  const key = createPrivateKey(await pem('node.pem'))
    .export({ type: 'pkcs8', format: 'der' })
    .toString('base64')
  expect(requests[0]).toContain('CERTIFICATE REQUEST')
  expect(requests[0]?.replaceAll('\n', '')).not.toContain(key.slice(40, 80))
})

it('asks for nothing while the certificate holds', async () => {
  await ensure()
  await clock.advance(59 * dayMilliseconds)
  expect(await ensure()).toEqual({ holds: true, lookAgainInMilliseconds: dayMilliseconds })
  expect(requests).toHaveLength(1)
})

it.each([
  ['at two thirds of its life', 60, 1],
  ['when the control plane wants another', 0, 2],
])('takes a new key and certificate %s', async (_when, days, nonce) => {
  await ensure()
  const before = await pem('node.pem')
  await clock.advance(days * dayMilliseconds)
  await ensure(nonce)
  expect(createPrivateKey(await pem('node.pem')).equals(createPrivateKey(before))).toBe(false)
  expect((await tlsFolder(path).read())?.nonce).toBe(nonce)
})

describe('without an answer', () => {
  it('serves on with a certificate that holds, and says that it could not be renewed', async () => {
    await ensure()
    await clock.advance(70 * dayMilliseconds)
    failWith(new ControlPlaneUnreachableError('connect ECONNREFUSED'))
    const problem = { code: 'CERTIFICATE_FAILED', detail: 'connect ECONNREFUSED', terminal: false }
    expect(await ensure()).toEqual({ holds: true, problem })
  })

  it('does not hold without a certificate or with an expired one', async () => {
    failWith(new ControlPlaneUnreachableError('connect ECONNREFUSED'))
    await expect(ensure()).rejects.toThrow(ControlPlaneUnreachableError)
  })

  it('is a terminal problem when the request is refused', async () => {
    failWith(new CallRefusedError('422 INVALID_FIELD'))
    await expect(ensure()).rejects.toThrow(TerminalProblemError)
  })

  it('ends everything when a newer process owns the host, also while the certificate holds', async () => {
    await ensure()
    failWith(new StaleGenerationError('succeeded'))
    await expect(ensure(2)).rejects.toThrow(StaleGenerationError)
  })
})

it('refuses a certificate of another key and keeps what it has', async () => {
  await ensure()
  const before = await pem('node.pem')
  const [other = ''] = requests
  const sign = certify
  certify = () => sign(other)
  expect(await ensure(2)).toMatchObject({ holds: true, problem: { code: 'CERTIFICATE_FAILED' } })
  expect(await pem('node.pem')).toBe(before)
})
