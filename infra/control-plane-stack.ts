import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { Alarms } from './alarms.ts'
import { ApiLogging } from './api-logging.ts'
import { functionCode } from './bundle.ts'
import { ChangeFollower } from './change-follower.ts'
import type { DeploymentConfig } from './config.ts'
import type { DataStack } from './data-stack.ts'
import { fleetResources } from './fleet-grants.ts'
import { HostApi, hostRoleName } from './host-api.ts'
import { machineArns } from './machine-arns.ts'
import { Sweeper } from './sweeper.ts'
import { TenantApi } from './tenant-api.ts'
import { Workflows } from './workflows.ts'

/** Everything that runs: both APIs, the workflows with their steps, and what follows committed changes. */
export class ControlPlaneStack extends Stack {
  constructor(scope: App, id: string, { config, data }: { config: DeploymentConfig; data: DataStack }) {
    super(scope, id, { description: 'Weir: the control plane', env: { region: config.region } })
    const surroundings = {
      config,
      code: functionCode(),
      resources: {
        table: data.table,
        bus: data.bus,
        machines: machineArns(this, config.stage),
        authorityKey: data.authorityKey,
        ...(config.dns && { dns: config.dns }),
        ...(config.fleet && { fleet: fleetResources(this, config.stage, config.fleet, hostRoleName(config)) }),
      },
    }
    const logging = new ApiLogging(this, 'ApiLogging')
    const tenantApi = new TenantApi(this, 'TenantApi', surroundings)
    const hostApi = new HostApi(this, 'HostApi', surroundings)
    // A stage with logs is refused until the account lets API Gateway write them.
    for (const { api } of [tenantApi, hostApi]) api.deploymentStage.node.addDependency(logging)
    const { machines } = new Workflows(this, 'Workflows', surroundings)
    const follower = new ChangeFollower(this, 'ChangeFollower', surroundings)
    new Sweeper(this, 'Sweeper', surroundings)
    new Alarms(this, 'Alarms', { config, follower, machines, apis: [tenantApi.api, hostApi.api] })
    new CfnOutput(this, 'TenantApiUrl', { value: tenantApi.api.url, description: 'Where tenants call the API' })
    new CfnOutput(this, 'HostApiUrl', { value: hostApi.api.url, description: 'Where broker hosts call' })
  }
}
