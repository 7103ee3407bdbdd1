import { X509Certificate } from 'node:crypto'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Certificates } from '../../../shared/ports/certificates.ts'
import type { Clock } from '../../../shared/ports/clock.ts'

/** Enough for the clusters a function talks to in its life; the oldest makes room. */
const MAX_CACHED_CLUSTERS = 256

interface CachedIdentity {
  readonly context: SecureContext
  readonly renewAt: number
}

/** Gives the control plane's TLS identity for a cluster; one that is over two thirds of its life is replaced. */
export type Identities = (cluster: { readonly tenantId: string; readonly clusterId: string }) => Promise<SecureContext>

/** Keeps identities between calls, because a new one costs a signature by the authority's key. */
export function cachedIdentities(
  certificates: Pick<Certificates, 'controlPlane'>,
  clock: Pick<Clock, 'now'>,
): Identities {
  const cache = new Map<string, Promise<CachedIdentity>>()
  const identities: Identities = async (cluster) => {
    const { tenantId, clusterId } = cluster
    const current = cache.get(clusterId)
    if (current !== undefined) {
      const { context, renewAt } = await current
      if (clock.now() < renewAt) return context
      // Of several that notice, the first replaces it and the others find what it made.
      if (cache.get(clusterId) === current) cache.delete(clusterId)
      return identities(cluster)
    }
    const made = makeIdentity(certificates, tenantId, clusterId)
    cache.set(clusterId, made)
    // A failure is told to those who wait for it, and not kept.
    made.catch(() => cache.delete(clusterId))
    for (const [oldest] of cache) {
      if (cache.size <= MAX_CACHED_CLUSTERS) break
      cache.delete(oldest)
    }
    return (await made).context
  }
  return identities
}

async function makeIdentity(
  certificates: Pick<Certificates, 'controlPlane'>,
  tenantId: string,
  clusterId: string,
): Promise<CachedIdentity> {
  const { keyPem, certificatePem, caPem } = await certificates.controlPlane(tenantId, clusterId)
  const { validFromDate, validToDate } = new X509Certificate(certificatePem)
  const lifetime = validToDate.getTime() - validFromDate.getTime()
  return {
    context: createSecureContext({
      ...{ key: keyPem, cert: certificatePem, ca: caPem, minVersion: 'TLSv1.2' },
      // The cluster's authority is where trust begins, also where another stands above it.
      allowPartialTrustChain: true,
    }),
    renewAt: validFromDate.getTime() + (lifetime * 2) / 3,
  }
}
