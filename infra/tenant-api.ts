import { Duration } from 'aws-cdk-lib'
import {
  AuthorizationType,
  EndpointType,
  LambdaIntegration,
  type Method,
  RestApi,
  TokenAuthorizer,
} from 'aws-cdk-lib/aws-apigateway'
import { Construct } from 'constructs'
import { type RouteGroup, routeGroup, routeGroups } from '../shared/contract/route-groups.ts'
import { ROUTE_NAMES, ROUTES } from '../shared/contract/routes.ts'
import { acknowledge } from './acknowledge.ts'
import { addGatewayProblems } from './gateway-problems.ts'
import { watched } from './rest-api-log.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/** API Gateway gives up after 29 seconds; the function ends with it, so that nothing goes on unseen. */
const REQUEST_TIMEOUT_SECONDS = 29

/** A token's verdict is kept this long: no longer, because a token that was taken back stays good for as long. */
const VERDICT_MINUTES = 5

/** What all tenants together may call, before the function's own limit per tenant. */
const THROTTLE = { rateLimit: 500, burstLimit: 1000 } as const

/** The tenant API: one resource and method for each route of the table, one function for each privilege group. */
export class TenantApi extends Construct {
  readonly api: RestApi
  readonly #surroundings: FunctionSurroundings

  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    this.#surroundings = surroundings
    const { config } = surroundings
    this.api = new RestApi(this, 'Api', {
      restApiName: `weir-${config.stage}-tenant`,
      description: 'The API of Weir for tenants',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: {
        stageName: 'live',
        throttlingRateLimit: THROTTLE.rateLimit,
        throttlingBurstLimit: THROTTLE.burstLimit,
        ...watched(this, config, 'tenant'),
      },
    })
    addGatewayProblems(this.api)
    this.#addRoutes()
    this.api.addUsagePlan('AllTenants', {
      name: `weir-${config.stage}-all-tenants`,
      description: 'What all tenants together may call',
      throttle: THROTTLE,
      apiStages: [{ stage: this.api.deploymentStage }],
    })
    acknowledge(this.api, 'Tokens come from any OIDC issuer; our own authoriser verifies them.', 'COG4')
    acknowledge(
      this.api.deploymentStage,
      'Whether a web application firewall stands before the API, and its rules, are the operator’s choice.',
      'APIG3',
    )
  }

  #addRoutes(): void {
    const integrations = new Map(routeGroups().map((group) => [group.name, this.#integrationOf(group)]))
    const authorizer = this.#authorizer()
    const requestValidator = this.api.addRequestValidator('Validator', {
      requestValidatorName: 'parameters-and-body',
      validateRequestBody: true,
      validateRequestParameters: true,
    })
    for (const name of ROUTE_NAMES) {
      const { path, method, scope } = ROUTES[name]
      const isPublic = scope === 'public'
      const added = this.api.root
        .resourceForPath(path)
        .addMethod(method.toUpperCase(), integrations.get(routeGroup(name)), {
          operationName: name,
          requestValidator,
          requestParameters: Object.fromEntries(
            [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => [`method.request.path.${parameter}`, true]),
          ),
          ...(isPublic
            ? { authorizationType: AuthorizationType.NONE }
            : { authorizationType: AuthorizationType.CUSTOM, authorizer }),
        })
      if (isPublic) acceptPublic(added)
    }
  }

  #integrationOf(group: RouteGroup): LambdaIntegration {
    const { table, authorityKey } = this.#surroundings.resources
    const { lambda } = new WeirFunction(this, group.name, {
      ...this.#surroundings,
      kind: 'api',
      description: `Answers ${group.routes.join(', ')}`.slice(0, 256),
      needs: group.needs,
      use: { store: group.storeAccess },
      environment: {
        WEIR_TABLE: table.tableName,
        WEIR_AUTHORITY_KEY_ARN: authorityKey.keyArn,
        WEIR_PUBLIC_ACCESS: 'none',
      },
      timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
      memoryMiB: 1024,
    })
    // One permission for the whole API: one for each method would outgrow the size limit of a function's policy.
    return new LambdaIntegration(lambda, { allowTestInvoke: false, scopePermissionToMethod: false })
  }

  #authorizer(): TokenAuthorizer {
    const { config } = this.#surroundings
    const { lambda } = new WeirFunction(this, 'authorizer', {
      ...this.#surroundings,
      kind: 'authorizer',
      description: 'Verifies the tokens of tenants',
      needs: ['clock'],
      environment: { WEIR_ISSUER: config.issuer, WEIR_AUDIENCE: config.audience, WEIR_JWKS_URL: config.jwksUrl },
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

function acceptPublic(method: Method): void {
  acknowledge(method, 'The route is public by its definition: it describes the API and holds no data.', 'APIG4')
}
