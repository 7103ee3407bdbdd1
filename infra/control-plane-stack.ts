import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { Alarms } from './alarms.ts'
import { ApiLogging } from './api-logging.ts'
import { functionCode } from './bundle.ts'
import { ChangeFollower } from './change-follower.ts'
import type { DeploymentConfig } from './config.ts'
import type { DataStack } from './data-stack.ts'
import { fleetOf } from './fleet.ts'
import { HostApi } from './host-api.ts'
import type { HostsStack } from './hosts-stack.ts'
import { Jobs } from './jobs.ts'
import { machineArns } from './machine-arns.ts'
import type { NetworkStack } from './network-stack.ts'
import { TenantApi } from './tenant-api.ts'
import { Workflows } from './workflows.ts'

/** What the control plane stack is told of. */
export interface ControlPlaneStackProps {
  readonly config: DeploymentConfig
  readonly data: DataStack
  readonly hosts: HostsStack
  readonly network: NetworkStack
}

/**
 * Everything that runs: both APIs, the workflows with their steps, what follows committed changes, and what hosts are launched
 * from. Launch templates stand here because a stack may not change a value that another one imports, and their version changes.
 */
export class ControlPlaneStack extends Stack {
  constructor(scope: App, id: string, { config, data, hosts, network }: ControlPlaneStackProps) {
    super(scope, id, { description: 'Weir: the control plane', env: { region: config.region } })
    const withoutFleet = {
      config,
      network,
      code: functionCode(),
      resources: {
        table: data.table,
        bus: data.bus,
        machines: machineArns(this, config.stage),
        authorityKey: data.authorityKey,
        ...(config.dns && { dns: config.dns }),
      },
    }
    const hostApi = new HostApi(this, 'HostApi', { ...withoutFleet, endpointId: network.hostApiEndpointId })
    const fleet = fleetOf(this, { config, hosts, network, hostApi })
    const surroundings = { ...withoutFleet, resources: { ...withoutFleet.resources, ...(fleet && { fleet }) } }
    const logging = new ApiLogging(this, 'ApiLogging')
    const tenantApi = new TenantApi(this, 'TenantApi', surroundings)
    // A stage with logs is refused until the account lets API Gateway write them.
    for (const { api } of [tenantApi, hostApi]) api.deploymentStage.node.addDependency(logging)
    const { machines } = new Workflows(this, 'Workflows', surroundings)
    const follower = new ChangeFollower(this, 'ChangeFollower', surroundings)
    const jobs = new Jobs(this, 'Jobs', surroundings)
    const apis = [tenantApi.api, hostApi.api]
    new Alarms(this, 'Alarms', { config, table: data.table, follower, jobs, machines, apis })
    new CfnOutput(this, 'TenantApiUrl', { value: tenantApi.api.url, description: 'Where tenants call the API' })
    new CfnOutput(this, 'HostApiUrl', { value: hostApi.url, description: 'Where broker hosts call' })
  }
}
