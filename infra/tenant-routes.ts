import {
  AuthorizationType,
  type IAuthorizer,
  LambdaIntegration,
  type Method,
  type RequestValidator,
  type RestApi,
} from 'aws-cdk-lib/aws-apigateway'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { ROUTE_BASE_NEEDS, routeGroup, routeGroups } from '../shared/contract/route-groups.ts'
import { ROUTE_NAMES, ROUTES } from '../shared/contract/routes.ts'
import { acknowledge } from './acknowledge.ts'
import { addRequestModel } from './request-models.ts'

/** What the routes are answered by. */
export interface TenantRoutesParts {
  readonly api: RestApi
  readonly authorizer: IAuthorizer
  /** By privilege group. */
  readonly functions: ReadonlyMap<string, IFunction>
}

/** The group whose function has no right to anything: what such a function says of a wrong method, any may hear. */
const WITHOUT_RIGHTS = routeGroups().find(({ needs }) => needs.length === ROUTE_BASE_NEEDS.length)?.name ?? ''

/** Gives the API a resource and a method for each route of the table, and an answer to every other method of its paths. */
export function addTenantRoutes({ api, authorizer, functions }: TenantRoutesParts): void {
  // One permission for the whole API: one for each method would outgrow the size limit of a function's policy.
  const options = { allowTestInvoke: false, scopePermissionToMethod: false }
  const integrations = new Map([...functions].map(([group, lambda]) => [group, new LambdaIntegration(lambda, options)]))
  const validators = requestValidators(api)
  for (const name of ROUTE_NAMES) {
    const { path, method, scope, ...route } = ROUTES[name]
    const isPublic = scope === 'public'
    const model = addRequestModel(api, name)
    const added = api.root.resourceForPath(path).addMethod(method.toUpperCase(), integrations.get(routeGroup(name)), {
      operationName: name,
      requestValidator: 'body' in route ? validators.withoutBody : validators.whole,
      ...(model && { requestModels: model.byMediaType }),
      requestParameters: Object.fromEntries(
        [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => [`method.request.path.${parameter}`, true]),
      ),
      ...(isPublic
        ? { authorizationType: AuthorizationType.NONE }
        : { authorizationType: AuthorizationType.CUSTOM, authorizer, apiKeyRequired: true }),
    })
    if (model) added.node.addDependency(model.resource)
    if (isPublic) acceptPublic(added)
  }
  for (const path of new Set(ROUTE_NAMES.map((name) => ROUTES[name].path))) {
    const other = api.root
      .resourceForPath(path)
      .addMethod('ANY', integrations.get(WITHOUT_RIGHTS), { authorizationType: AuthorizationType.NONE })
    acknowledge(other, 'It answers 405 with the methods that the path has, which is no secret.', 'APIG4', 'COG4')
  }
}

/**
 * The gateway looks at parameters; a body is left to the function. The gateway has one answer, 400, for a body that is no
 * JSON and for one with a wrong field, without saying where; the function answers the second with 422 and every violation.
 */
function requestValidators(api: RestApi): { readonly whole: RequestValidator; readonly withoutBody: RequestValidator } {
  const whole = api.addRequestValidator('Validator', {
    requestValidatorName: 'parameters-and-body',
    validateRequestBody: true,
    validateRequestParameters: true,
  })
  const withoutBody = api.addRequestValidator('ParametersValidator', {
    requestValidatorName: 'parameters',
    validateRequestBody: false,
    validateRequestParameters: true,
  })
  return { whole, withoutBody }
}

function acceptPublic(method: Method): void {
  acknowledge(method, 'The route is public by its definition: it describes the API and holds no data.', 'APIG4')
}
