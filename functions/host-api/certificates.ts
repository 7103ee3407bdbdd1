import { DomainError } from '../../shared/errors/domain-error.ts'
import type { CertificateAnswer, CertificateRequest } from '../../shared/host-protocol/messages.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { loadBroker, loadCluster } from '../../shared/state/load.ts'
import { currentHost } from './current-host.ts'
import type { HostIdentity } from './identity.ts'

/** Signs a host's key for the names in the broker record; whatever else the request claims is ignored. */
export async function issueCertificate(
  ports: Needed<'store' | 'certificates'>,
  identity: HostIdentity,
  request: CertificateRequest,
): Promise<CertificateAnswer> {
  const { tenantId, clusterId, nodeId } = identity
  await currentHost(ports, identity, request.generation)
  const { roles, address, name, publicName } = (await loadBroker(ports.store, tenantId, clusterId, nodeId)).record
  const { names, publicNames } = (await loadCluster(ports.store, tenantId, clusterId)).record
  if (address === undefined) throw new DomainError('HOST_NOT_READY', 'The node has no address yet.')
  const ofAll = roles.includes('broker') ? [names?.bootstrap, publicNames?.bootstrap] : []
  const hosts = new Set([address, name, publicName, ...ofAll].filter((host) => host !== undefined))
  return ports.certificates.signNode({ tenantId, clusterId, nodeId }, [...hosts], request.csrPem)
}
