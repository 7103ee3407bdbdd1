import { INSTANCE_TYPES } from '../../../shared/catalogue/instance-types.ts'
import type { ServerPropertiesInput } from '../../../shared/kafka/server-properties.ts'

const voters = [1, 2, 3].map((nodeId) => ({ nodeId, host: `127.32.0.${nodeId}` }))

const shared = {
  kafkaVersion: '3.7.1',
  voters,
  rack: 'az-1',
  dataDir: '/var/lib/kafka',
  tlsDir: '/etc/kafka/tls',
  principalOrganisation: 'clu_1',
  brokerCount: 3,
  profile: INSTANCE_TYPES['r2a.2xlarge'].process.ec2,
  tenantConfig: {},
} as const

/** One host of each kind. */
export const hostInputs = {
  combined: { ...shared, nodeId: 1, roles: ['broker', 'controller'], host: '127.32.0.1' },
  controller: { ...shared, nodeId: 2, roles: ['controller'], host: '127.32.0.2' },
  broker: { ...shared, nodeId: 101, roles: ['broker'], host: '127.32.0.4' },
} as const satisfies Record<string, ServerPropertiesInput>
