import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import { ApiLogging } from './api-logging.ts'
import { type SurroundingsParts, surroundingsOf } from './surroundings.ts'
import { TenantApi } from './tenant-api.ts'

/** The API of tenants, which grows with every route: what is behind it would not fit into one stack with it. */
export class TenantApiStack extends Stack {
  readonly tenantApi: TenantApi
  /** Of the account: a stage with logs is refused until it is there. */
  readonly logging: ApiLogging

  constructor(scope: App, id: string, parts: SurroundingsParts) {
    super(scope, id, { description: 'Weir: the API of tenants', env: { region: parts.config.region } })
    this.logging = new ApiLogging(this, 'ApiLogging')
    this.tenantApi = new TenantApi(this, 'TenantApi', surroundingsOf(this, parts))
    this.tenantApi.api.deploymentStage.node.addDependency(this.logging)
    new CfnOutput(this, 'TenantApiUrl', { value: this.tenantApi.api.url, description: 'Where tenants call the API' })
  }
}
