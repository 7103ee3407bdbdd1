import type { DesiredHost } from '../../shared/host-protocol/desired.ts'

/** What a test wants different from a plain combined host. */
export type DesiredOverrides = Partial<Omit<DesiredHost, 'kafka'>> & { readonly kafka?: Partial<DesiredHost['kafka']> }

/** A desired state of a one-node cluster, as the control plane would write it. */
export function aDesiredHost({ kafka = {}, ...overrides }: DesiredOverrides = {}): DesiredHost {
  const host = {
    generation: 0,
    revision: 1,
    clusterId: 'clu_01JD00000000000000000000AA',
    nodeId: 1,
    roles: ['broker', 'controller'] as DesiredHost['roles'],
    address: '127.33.0.1',
    zone: 'az-1',
    volumeGiB: 1,
    instanceType: 'r2a.2xlarge' as const,
    certificateNonce: 1,
    ...overrides,
  }
  return {
    ...host,
    kafka: {
      version: '3.7.1',
      metadataVersion: '3.7-IV4',
      clusterUuid: 'Zm9vYmFyYmF6cXV4MDAwMQ',
      voters: [{ nodeId: host.nodeId, host: host.address }],
      brokerCount: 1,
      config: {},
      processState: 'Running',
      restartNonce: 0,
      ...kafka,
    },
  }
}
