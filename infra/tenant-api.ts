import { Duration } from 'aws-cdk-lib'
import { ApiKeySourceType, EndpointType, RestApi, TokenAuthorizer } from 'aws-cdk-lib/aws-apigateway'
import { CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { addGatewayProblems } from './gateway-problems.ts'
import { watched } from './rest-api-log.ts'
import { tenantFunctions } from './tenant-functions.ts'
import { addTenantRoutes } from './tenant-routes.ts'
import { UsagePlans } from './usage-plans.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/** A token's verdict is kept this long: no longer, because a token that was taken back stays good for as long. */
const VERDICT_MINUTES = 5

/** What all tenants together may call, before what each of them may. */
const THROTTLE = { throttlingRateLimit: 500, throttlingBurstLimit: 1000 } as const

/** The tenant API: one resource and method for each route of the table, one function for each privilege group. */
export class TenantApi extends Construct {
  readonly api: RestApi

  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    const { config } = surroundings
    this.api = new RestApi(this, 'Api', {
      restApiName: `weir-${config.stage}-tenant`,
      description: 'The API of Weir for tenants',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      deployOptions: { stageName: 'live', ...THROTTLE, ...watched(this, config, 'tenant') },
    })
    addGatewayProblems(this.api)
    const functions = tenantFunctions(this, surroundings)
    addTenantRoutes({ api: this.api, authorizer: this.#authorizer(surroundings), functions })
    new UsagePlans(this, 'UsagePlans', { config, api: this.api, stage: this.api.deploymentStage })
    acknowledge(this.api, 'Tokens come from any OIDC issuer; our own authoriser verifies them.', 'COG4')
    this.#addFirewall(config.webAclArn)
  }

  #addFirewall(webAclArn: string | undefined): void {
    const { deploymentStage: stage } = this.api
    if (webAclArn !== undefined) {
      new CfnWebACLAssociation(this, 'Firewall', { webAclArn, resourceArn: stage.stageArn })
      return
    }
    const reason = 'Whether a web application firewall stands before the API, and its rules, are the operator’s choice.'
    acknowledge(stage, reason, 'APIG3')
  }

  #authorizer(surroundings: FunctionSurroundings): TokenAuthorizer {
    const { stage, issuer, audience, jwksUrl } = surroundings.config
    const { lambda } = new WeirFunction(this, 'authorizer', {
      ...surroundings,
      kind: 'authorizer',
      description: 'Verifies the tokens of tenants',
      needs: ['clock'],
      environment: { WEIR_ISSUER: issuer, WEIR_AUDIENCE: audience, WEIR_JWKS_URL: jwksUrl, WEIR_STAGE: stage },
      timeoutSeconds: 10,
      memoryMiB: 512,
    })
    return new TokenAuthorizer(this, 'Authorizer', {
      handler: lambda,
      authorizerName: 'jwt',
      // What cannot be a token costs no invocation.
      validationRegex: '^[Bb]earer +[A-Za-z0-9_.-]+$',
      resultsCacheTtl: Duration.minutes(VERDICT_MINUTES),
    })
  }
}
