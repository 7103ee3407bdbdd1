import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { certificateAuthority } from '../../../../functions/adapters/certificate-authority.ts'
import { certificatesIn } from '../../../../functions/adapters/certificate-request.ts'
import { acmPca } from '../../../../functions/adapters/private-ca/acm-pca.ts'
import { privateCa } from '../../../../functions/adapters/private-ca/private-ca.ts'
import { makeSigningKeyPem, signingKey } from '../../../../functions/adapters/signing-key.ts'
import { systemClock } from '../../../../functions/adapters/system-clock.ts'
import { fileAuthorityKeys } from '../../../../local/authority-keys.ts'
import { certificateAuthorityContract } from '../certificate-contract.ts'
import { type PrivateCaServer, type PrivateCaSettings, startPrivateCaServer } from './private-ca-server.ts'

const NOW = Date.parse('2026-11-21T12:00:00.000Z')
const environment = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: 'test' }
/** Nobody waits here for what is in progress: the clock goes on by the pause at once. */
const clockFrom = (at: number) => {
  let now = at
  return {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds
      await new Promise(setImmediate)
    },
  }
}

const servers: PrivateCaServer[] = []
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-private-ca-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
})
afterAll(() => rm(folder, { recursive: true }))

const certifierOf = (server: Pick<PrivateCaServer, 'endpoint' | 'arn'>) => {
  const clock = clockFrom(NOW)
  const call = acmPca({ endpoint: server.endpoint, region: 'eu-central-1', clock, environment })
  return privateCa({ arn: server.arn, call, clock })
}

/** A control plane below a private CA of these settings. */
async function below(settings: Partial<PrivateCaSettings> = {}) {
  const server = await startPrivateCaServer({ now: NOW, ...settings })
  servers.push(server)
  const parts = { keyStore: fileAuthorityKeys(folder), clock: { now: () => NOW }, certify: certifierOf(server) }
  return { server, authority: certificateAuthority(parts) }
}

async function verify(caPem: string, chainPem: string, ...options: readonly string[]): Promise<string> {
  const [ca, leaf, between] = [join(folder, 'ca.pem'), join(folder, 'leaf.pem'), join(folder, 'between.pem')]
  const [first, ...others] = certificatesIn(chainPem)
  await writeFile(ca, caPem)
  await writeFile(leaf, first?.toString() ?? '')
  await writeFile(between, others.map(String).join(''))
  const untrusted = others.length > 0 ? ['-untrusted', between] : []
  const args = ['verify', '-attime', String(NOW / 1000), ...options, '-CAfile', ca, ...untrusted, leaf]
  return promisify(execFile)('openssl', args).then(
    () => 'OK',
    (error: { stderr: string }) => error.stderr,
  )
}

async function request(): Promise<string> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-keyout', join(folder, 'host.key')]
  return (await promisify(execFile)('openssl', ['req', '-new', '-nodes', '-subj', '/CN=x', ...key])).stdout
}

describe('below a private CA', () => {
  let server: PrivateCaServer
  beforeAll(async () => {
    server = await startPrivateCaServer({ now: NOW, subordinate: true, pathLength: 3, looksUntilIssued: 1 })
  })
  afterAll(() => server.close())
  certificateAuthorityContract(fileAuthorityKeys, {
    certify: (key, subject, now) => certifierOf(server)(key, subject, now),
  })
})

describe('the authority of a cluster, certified by a private CA', () => {
  it('is known to whoever trusts the root, without more than the host sends', async () => {
    const { authority, server } = await below({ subordinate: true })
    const { caPem } = await authority.ensureAuthority('acme', 'clu_known')
    expect(certificatesIn(caPem).map(({ subject }) => subject)).toEqual([
      'O=clu_known\nCN=Weir cluster authority',
      'O=Example\nCN=Platform',
      'O=Example\nCN=Root',
    ])
    const node = { tenantId: 'acme', clusterId: 'clu_known', nodeId: 1 }
    const { certificatePem } = await authority.signNode(node, ['10.0.0.1'], await request())
    // As a client that is given all of it.
    expect(await verify(caPem, certificatePem, '-verify_ip', '10.0.0.1')).toBe('OK')
    // As a company whose machines trust its root: it needs the private CA's certificate beside, as for everything else below it.
    const [, platform] = certificatesIn(caPem).slice(0, 2)
    expect(await verify(server.rootPem, `${certificatePem}\n${platform}`)).toBe('OK')
  })

  it('is all that hosts trust: what another cluster below the same root has signed opens nothing', async () => {
    const { authority } = await below()
    await authority.ensureAuthority('acme', 'clu_one')
    await authority.ensureAuthority('acme', 'clu_two')
    const one = await authority.signNode(
      { tenantId: 'acme', clusterId: 'clu_one', nodeId: 1 },
      ['10.0.0.1'],
      await request(),
    )
    const two = await authority.signNode(
      { tenantId: 'acme', clusterId: 'clu_two', nodeId: 1 },
      ['10.0.0.2'],
      await request(),
    )
    expect(certificatesIn(one.caPem)).toHaveLength(1)
    expect(await verify(one.caPem, one.certificatePem, '-partial_chain')).toBe('OK')
    // It sends its own authority along, which does not help it.
    expect(await verify(one.caPem, two.certificatePem, '-partial_chain')).toContain('unable to get')
    const { certificatePem } = await authority.controlPlane('acme', 'clu_two')
    expect(await verify(one.caPem, certificatePem, '-partial_chain')).toContain('unable to get')
  })

  it('costs one certificate, however often its making is repeated', async () => {
    const server = await startPrivateCaServer({ now: NOW, looksUntilIssued: 3 })
    servers.push(server)
    const key = signingKey(makeSigningKeyPem())
    const subject = { commonName: 'Weir cluster authority', organisation: 'clu_again', lifetimeMilliseconds: 1000 }
    // Each has lost what the one before it was given.
    const made = [certifierOf(server), certifierOf(server)].map((certify) => certify(key, subject, NOW))
    expect(new Set(await Promise.all(made)).size).toBe(1)
    expect(server.issued()).toBe(1)
    await certifierOf(server)(key, { ...subject, organisation: 'clu_else' }, NOW)
    expect(server.issued()).toBe(2)
    expect(server.calls.filter(({ action }) => action.endsWith('.GetCertificate')).length).toBeGreaterThan(6)
  })

  it('does not outlive the private CA', async () => {
    const { server } = await below()
    const later = NOW + 20 * 365 * 86_400_000
    const parts = { keyStore: fileAuthorityKeys(folder), clock: { now: () => later }, certify: certifierOf(server) }
    const { caPem } = await certificateAuthority(parts).ensureAuthority('acme', 'clu_late')
    const [own, root] = certificatesIn(caPem)
    expect(own?.validTo).toBe(root?.validTo)
  })
})

describe('a private CA is refused', () => {
  const refused = async (settings: Partial<PrivateCaSettings>, reason: RegExp) => {
    const { authority, server } = await below(settings)
    await expect(
      authority.ensureAuthority('acme', `clu_${servers.length}_${server.endpoint.split(':').at(-1)}`),
    ).rejects.toThrow(reason)
    return server
  }

  it('when it cannot have an authority below it, only issues for a week, or does not work: before it is asked to issue', async () => {
    for (const server of [
      await refused({ pathLength: 0 }, /path length is 0/),
      await refused({ usageMode: 'SHORT_LIVED_CERTIFICATE' }, /for certificates of a week/),
      await refused({ status: 'DISABLED' }, /is DISABLED/),
    ]) {
      expect(server.issued()).toBe(0)
    }
  })

  it('when it issues for another name than it was asked to', async () => {
    await refused({ anotherName: 'O=clu_other, CN=Weir cluster authority' }, /issued another certificate/)
  })

  it('when it does not get ready in time', async () => {
    await refused({ looksUntilIssued: 1000 }, /RequestInProgressException happened/)
  })

  it('when there is none of that name, with the words of the service', async () => {
    const { server } = await below()
    const certify = certifierOf({ endpoint: server.endpoint, arn: `${server.arn}0` })
    const parts = { keyStore: fileAuthorityKeys(folder), clock: systemClock, certify }
    await expect(certificateAuthority(parts).ensureAuthority('acme', 'clu_absent')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
  })
})
