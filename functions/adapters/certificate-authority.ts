import { DomainError } from '../../shared/errors/domain-error.ts'
import { controlPlaneCommonName, nodeCommonName } from '../../shared/kafka/principals.ts'
import type { Certificates } from '../../shared/ports/certificates.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Authority, AuthorityKeys, AuthorityRef } from './authority-keys.ts'
import { certifyAuthority, issue, makeKeys, privateKeyPem, provenPublicKey } from './certificate-issuing.ts'
import { certificatesIn } from './certificate-request.ts'

const DAY_MILLISECONDS = 86_400_000

/** An authority outlives its cluster; changing it is a roll of three passes over all hosts. */
const AUTHORITY_LIFETIME_MILLISECONDS = 3650 * DAY_MILLISECONDS

/**
 * A host renews its files when two thirds are over, and Kafka reads them when it starts. So a certificate must outlast the
 * time between two restarts: with 397 days any restart in the four months after the renewal is in time.
 */
const NODE_LIFETIME_MILLISECONDS = 397 * DAY_MILLISECONDS

/** The control plane makes itself a new one whenever it starts, so a short one costs nothing. */
const CONTROL_PLANE_LIFETIME_MILLISECONDS = DAY_MILLISECONDS

/** What the authority is made of. */
export interface CertificateAuthorityParts {
  readonly keyStore: AuthorityKeys
  readonly clock: Pick<Clock, 'now'>
  /** Who vouches for a new authority: it itself, unless something above it does. That one's certificates stand behind its own. */
  readonly certify?: typeof certifyAuthority
}

/** One private authority per cluster, with its key in the key store and never anywhere else. */
export function certificateAuthority({
  keyStore,
  clock,
  certify = certifyAuthority,
}: CertificateAuthorityParts): Certificates {
  const existing = async (cluster: AuthorityRef): Promise<Authority> => {
    const authority = await keyStore.get(cluster)
    if (authority === undefined) {
      throw new DomainError('INTERNAL', `Cluster ${cluster.clusterId} has no certificate authority.`)
    }
    return authority
  }
  return {
    async ensureAuthority(tenantId, clusterId) {
      const cluster = { tenantId, clusterId }
      const found = await keyStore.get(cluster)
      if (found !== undefined) return { caPem: found.certificatePem }
      const subject = {
        commonName: 'Weir cluster authority',
        organisation: clusterId,
        lifetimeMilliseconds: AUTHORITY_LIFETIME_MILLISECONDS,
      }
      const kept = await keyStore.ensure(cluster, (key) => certify(key, subject, clock.now()))
      return { caPem: kept.certificatePem }
    },

    async signNode({ tenantId, clusterId }, hosts, csrPem) {
      const publicKey = await provenPublicKey(csrPem)
      if (publicKey === undefined) throw invalidRequest()
      const authority = await existing({ tenantId, clusterId })
      const subject = {
        commonName: nodeCommonName,
        organisation: clusterId,
        hosts,
        lifetimeMilliseconds: NODE_LIFETIME_MILLISECONDS,
      }
      const { certificatePem, notAfter } = await issue(authority, subject, publicKey, clock.now())
      const { own, above } = partsOf(authority)
      // Clients that begin at the root need the link between.
      const chain = above ? `${certificatePem.trim()}\n${own}` : certificatePem
      return { certificatePem: chain, caPem: own, notAfter: notAfter.toISOString() }
    },

    async controlPlane(tenantId, clusterId) {
      const authority = await existing({ tenantId, clusterId })
      const keys = await makeKeys()
      const subject = {
        commonName: controlPlaneCommonName,
        organisation: clusterId,
        lifetimeMilliseconds: CONTROL_PLANE_LIFETIME_MILLISECONDS,
      }
      const { certificatePem } = await issue(authority, subject, keys.publicKey, clock.now())
      return { keyPem: await privateKeyPem(keys.privateKey), certificatePem, caPem: partsOf(authority).own }
    },

    forget: (tenantId, clusterId) => keyStore.forget({ tenantId, clusterId }),
  }
}

/**
 * The authority's own certificate, which hosts and the control plane trust alone, and whether others stand above it. Were those trusted,
 * too, every cluster below them would be let in.
 */
function partsOf({ certificatePem }: Authority): { readonly own: string; readonly above: boolean } {
  const [own, ...above] = certificatesIn(certificatePem)
  return own === undefined || above.length === 0
    ? { own: certificatePem, above: false }
    : { own: own.toString(), above: true }
}

function invalidRequest(): DomainError {
  const detail = 'The signing request must be PKCS#10 in PEM, for an EC key on P-256, signed by that key.'
  return new DomainError('INVALID_FIELD', detail, {
    violations: [{ pointer: '/csrPem', rule: 'signed_p256_request', detail }],
  })
}
