import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { Alarms } from './alarms.ts'
import { ChangeFollower } from './change-follower.ts'
import { fleetOf } from './fleet.ts'
import { HostApi } from './host-api.ts'
import type { HostsStack } from './hosts-stack.ts'
import { Jobs } from './jobs.ts'
import { type SurroundingsParts, surroundingsOf } from './surroundings.ts'
import type { TenantApiStack } from './tenant-api-stack.ts'
import { Workflows } from './workflows.ts'

/** What the control plane stack is told of. */
export interface ControlPlaneStackProps extends SurroundingsParts {
  readonly hosts: HostsStack
  readonly front: TenantApiStack
}

/**
 * Everything behind the API of tenants: the API of hosts, the workflows with their steps, what follows committed changes, alarms, and
 * what hosts are launched from. Launch templates stand here because a stack may not change a value that another one imports, and
 * their version changes.
 */
export class ControlPlaneStack extends Stack {
  constructor(scope: App, id: string, { config, data, hosts, network, front }: ControlPlaneStackProps) {
    super(scope, id, { description: 'Weir: the control plane', env: { region: config.region } })
    const { tenantApi, logging } = front
    const withoutFleet = surroundingsOf(this, { config, data, network })
    const hostApi = new HostApi(this, 'HostApi', { ...withoutFleet, endpointId: network.hostApiEndpointId })
    const fleet = fleetOf(this, { config, hosts, network, hostApi })
    const surroundings = { ...withoutFleet, resources: { ...withoutFleet.resources, ...(fleet && { fleet }) } }
    hostApi.api.deploymentStage.node.addDependency(logging)
    const { machines } = new Workflows(this, 'Workflows', surroundings)
    const follower = new ChangeFollower(this, 'ChangeFollower', surroundings)
    const jobs = new Jobs(this, 'Jobs', surroundings)
    const apis = [tenantApi.api, hostApi.api]
    new Alarms(this, 'Alarms', { config, table: data.table, follower, jobs, machines, apis })
    new CfnOutput(this, 'HostApiUrl', { value: hostApi.url, description: 'Where broker hosts call' })
  }
}
