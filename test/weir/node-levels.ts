import { certificateAuthority } from '../../functions/adapters/certificate-authority.ts'
import { kafkaCluster } from '../../functions/adapters/kafka/cluster.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { fileAuthorityKeys } from '../../local/authority-keys.ts'
import { listenerPorts } from '../../shared/kafka/listeners.ts'
import type { TenantApi } from './api.ts'
import type { WeirProcess } from './weir-process.ts'

/** The levels of features that every listener of a combined cluster says it works at, asked past the control plane. */
export async function nodeLevels(
  { home }: WeirProcess,
  api: TenantApi,
  clusterId: string,
): Promise<readonly Readonly<Record<string, number>>[]> {
  const certificates = certificateAuthority({ keyStore: fileAuthorityKeys(home), clock: systemClock })
  const kafka = kafkaCluster({ certificates, clock: systemClock, log: { warn: () => {} } })
  const { kafkaVersion } = await api.cluster(clusterId)
  const addresses = (await api.brokers(clusterId)).map(({ endpoint = '' }) => endpoint.split(':')[0])
  const at = (port: number) => addresses.map((address) => `${address}:${port}`)
  const { nodes } = await kafka.features({
    tenantId: 'acme',
    clusterId,
    kafkaVersion,
    brokers: at(listenerPorts.REPLICATION),
    controllers: at(listenerPorts.CONTROLLER),
    clientListeners: [],
  })
  return nodes.map(({ finalised }) => Object.fromEntries(finalised))
}
