import { describe, expect, test } from 'vitest'
import type { Authority } from '../../../../functions/adapters/authority-keys.ts'
import { certificateAuthority } from '../../../../functions/adapters/certificate-authority.ts'
import { cachedIdentities } from '../../../../functions/adapters/kafka/identity.ts'
import { makeSigningKeyPem, signingKey } from '../../../../functions/adapters/signing-key.ts'

const cluster = { tenantId: 'acme', clusterId: 'clu_1' }
const HOUR = 3_600_000

async function scene() {
  let now = Date.parse('2026-11-21T12:00:00.000Z')
  const kept = new Map<string, Authority>()
  const clock = { now: () => now }
  const authority = certificateAuthority({
    clock,
    keyStore: {
      get: async ({ clusterId }) => kept.get(clusterId),
      ensure: async ({ clusterId }, certify) => {
        const key = signingKey(makeSigningKeyPem())
        const made = { key, certificatePem: await certify(key) }
        kept.set(clusterId, made)
        return made
      },
      forget: async ({ clusterId }) => void kept.delete(clusterId),
    },
  })
  await authority.ensureAuthority(cluster.tenantId, cluster.clusterId)
  const made: string[] = []
  const certificates = {
    controlPlane: (tenantId: string, clusterId: string) => {
      made.push(clusterId)
      return authority.controlPlane(tenantId, clusterId)
    },
  }
  return {
    authority,
    made,
    identities: cachedIdentities(certificates, clock),
    pass: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

describe('the identity towards a cluster', () => {
  test('is made once for calls at the same time and after one another', async () => {
    const { identities, made } = await scene()
    const contexts = await Promise.all([identities(cluster), identities(cluster), identities(cluster)])
    contexts.push(await identities(cluster))
    expect(new Set(contexts).size).toBe(1)
    expect(made).toEqual(['clu_1'])
  })

  test('is replaced when two thirds of its life are over, long before it ends', async () => {
    const { identities, made, pass } = await scene()
    const first = await identities(cluster)
    pass(15 * HOUR)
    expect(await identities(cluster)).toBe(first)
    pass(2 * HOUR)
    expect(await identities(cluster)).not.toBe(first)
    expect(made).toHaveLength(2)
  })

  test('is asked for again after a failure', async () => {
    const { authority, identities } = await scene()
    const late = { ...cluster, clusterId: 'clu_2' }
    await expect(identities(late)).rejects.toMatchObject({ code: 'INTERNAL' })
    await authority.ensureAuthority(late.tenantId, late.clusterId)
    await expect(identities(late)).resolves.toBeDefined()
  })

  test('is its own for each cluster', async () => {
    const { authority, identities } = await scene()
    await authority.ensureAuthority('acme', 'clu_2')
    expect(await identities(cluster)).not.toBe(await identities({ ...cluster, clusterId: 'clu_2' }))
  })
})
