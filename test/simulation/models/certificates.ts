import type { Certificates } from '../../../shared/ports/certificates.ts'
import type { Clock } from '../../../shared/ports/clock.ts'

/** The authorities of the simulated world. */
export interface CertificatesModel extends Certificates {
  /** The clusters that have an authority, as `tenant/cluster`. */
  authorities(): readonly string[]
  /** What another model needs to go on from here. */
  save(): SavedCertificates
}

/** The authorities at a moment. */
export type SavedCertificates = readonly string[]

const VALIDITY_MILLISECONDS = 365 * 24 * 3_600_000

/** Authorities without keys: who has one, and that nobody signs without. */
export function certificatesModel(clock: Clock, saved: SavedCertificates = []): CertificatesModel {
  const authorities = new Set(saved)
  const name = (tenantId: string, clusterId: string) => `${tenantId}/${clusterId}`
  const pemOf = (tenantId: string, clusterId: string) => {
    if (!authorities.has(name(tenantId, clusterId))) throw new Error(`cluster ${clusterId} has no authority`)
    return `CA of ${name(tenantId, clusterId)}`
  }
  return {
    authorities: () => [...authorities],
    save: () => [...authorities],
    ensureAuthority: async (tenantId, clusterId) => {
      authorities.add(name(tenantId, clusterId))
      return { caPem: pemOf(tenantId, clusterId) }
    },
    signNode: async ({ tenantId, clusterId, nodeId }, hosts, csrPem) => ({
      certificatePem: `${csrPem} signed for node ${nodeId} at ${hosts.join(', ')}`,
      caPem: pemOf(tenantId, clusterId),
      notAfter: new Date(clock.now() + VALIDITY_MILLISECONDS).toISOString(),
    }),
    controlPlane: async (tenantId, clusterId) => ({
      keyPem: 'key',
      certificatePem: 'certificate',
      caPem: pemOf(tenantId, clusterId),
    }),
    forget: async (tenantId, clusterId) => {
      authorities.delete(name(tenantId, clusterId))
    },
  }
}
