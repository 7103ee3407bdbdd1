import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { z } from 'zod'
import { type HttpServer, serve } from '../../../local/http-server.ts'
import { evaluate } from '../../emulator/iam/evaluate.ts'
import { Policy } from '../../emulator/iam/policy.ts'
import type { Functions } from './functions.ts'
import type { Deployment, Made } from './template.ts'

const Resource = z.looseObject({ ParentId: z.string(), PathPart: z.string() })
const Method = z.looseObject({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  RestApiId: z.string(),
  AuthorizationType: z.string(),
  AuthorizerId: z.string().optional(),
  ApiKeyRequired: z.boolean().default(false),
  Integration: z.looseObject({ Type: z.literal('AWS_PROXY'), Uri: z.string() }),
})
const Authorizer = z.looseObject({
  AuthorizerUri: z.string(),
  IdentityValidationExpression: z.string(),
  AuthorizerResultTtlInSeconds: z.int(),
})
const Stage = z.looseObject({ RestApiId: z.string(), StageName: z.string() })
const Permission = z.looseObject({ FunctionName: z.string(), Principal: z.string() })
const Verdict = z.looseObject({
  principalId: z.string(),
  policyDocument: Policy,
  usageIdentifierKey: z.string().optional(),
  context: z.record(z.string(), z.string()),
})
const Result = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  body: z.string().default(''),
})

/** Finds the IAM session of a call that is signed with IAM; nothing where it is not, or may not make this call. */
export type IamSession = (call: {
  readonly event: APIGatewayProxyEvent
  readonly methodArn: string
  readonly stage: string
  readonly api: Made
}) => { readonly userArn: string } | undefined

interface GatewayParts {
  readonly deployment: Deployment
  readonly functions: Functions
  readonly apiName: string
  readonly address: string
  readonly iamSession: IamSession
}

/** A served API. */
export interface Gateway extends HttpServer {
  /** With the stage, as callers know it. */
  readonly url: string
}

/** Serves a REST API of the templates: its resources, methods, authorisers and integrations, and nothing else. */
export async function serveGateway(parts: GatewayParts): Promise<Gateway> {
  const { deployment, functions, apiName, address, iamSession } = parts
  const api = apiNamed(deployment, apiName)
  const apiId = api.id
  const stage = stageOf(deployment, apiId)
  const pathOf = (resourceId: string): string => {
    if (resourceId.endsWith('.RootResourceId')) return ''
    const { ParentId, PathPart } = Resource.parse(deployment.byId(resourceId).properties)
    return `${pathOf(ParentId)}/${PathPart}`
  }
  const methods = deployment
    .all('AWS::ApiGateway::Method')
    .map(({ properties }) => Method.parse(properties))
    .filter(({ RestApiId }) => RestApiId === apiId)
    .map((method) => ({ ...method, path: pathOf(method.ResourceId), functionArn: functionIn(method.Integration.Uri) }))
  const invocable = new Set(
    deployment
      .all('AWS::Lambda::Permission')
      .map(({ properties }) => Permission.parse(properties))
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com')
      .map(({ FunctionName }) => FunctionName),
  )
  const invoke = (arn: string, event: unknown) => {
    if (!invocable.has(arn)) throw new Error(`API Gateway may not invoke ${arn}`)
    return functions.invoke(arn, event)
  }

  const usageKeys = usageKeysOf(deployment, apiId)
  const authorized = new Map<string, { readonly verdict: z.output<typeof Verdict>; readonly until: number }>()

  /** What the authoriser says of a token: asked once within its time to live, like the real one, and for all methods. */
  async function verdictOf(authorizerId: string, authorizationToken: string, methodArn: string) {
    const { properties } = deployment.byId(authorizerId)
    const { AuthorizerUri, IdentityValidationExpression, AuthorizerResultTtlInSeconds } = Authorizer.parse(properties)
    if (!new RegExp(IdentityValidationExpression).test(authorizationToken)) return undefined
    const known = authorized.get(authorizationToken)
    if (known && Date.now() < known.until) return known.verdict
    try {
      const answer = await invoke(functionIn(AuthorizerUri), { type: 'TOKEN', authorizationToken, methodArn })
      const verdict = Verdict.parse(answer)
      authorized.set(authorizationToken, { verdict, until: Date.now() + AuthorizerResultTtlInSeconds * 1000 })
      return verdict
    } catch (thrown) {
      if (thrown instanceof Error && thrown.message === 'Unauthorized') return undefined
      throw thrown
    }
  }

  async function answer(event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> {
    const onPath = methods.filter(({ path }) => fits(path, event.path))
    const found = [event.httpMethod, 'ANY'].flatMap((wanted) =>
      onPath.filter(({ HttpMethod }) => HttpMethod === wanted),
    )[0]
    if (!found) return problem(403, 'Missing Authentication Token')
    const { region, account } = deployment
    const methodArn = `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${found.HttpMethod}${event.path}`
    const { requestContext } = event
    const called: APIGatewayProxyEvent = { ...event, resource: found.path }
    if (found.AuthorizationType === 'CUSTOM') {
      const verdict = await verdictOf(found.AuthorizerId ?? '', event.headers.authorization ?? '', methodArn)
      if (!verdict) return problem(401, 'Unauthorized')
      const call = { action: 'execute-api:Invoke', resource: methodArn, context: {} }
      const judged = evaluate({ roleArn: verdict.principalId, identity: [verdict.policyDocument] }, call)
      if (!judged.allowed) return problem(403, 'User is not authorized to access this resource')
      if (found.ApiKeyRequired && !usageKeys.has(verdict.usageIdentifierKey)) return problem(403, 'Forbidden')
      called.requestContext = { ...requestContext, authorizer: verdict.context }
    } else if (found.AuthorizationType === 'AWS_IAM') {
      const session = iamSession({ event, methodArn, stage, api })
      if (!session) return problem(403, 'Forbidden')
      called.requestContext = {
        ...requestContext,
        identity: { ...requestContext.identity, userArn: session.userArn },
      }
    }
    const { statusCode, headers = {}, body } = Result.parse(await invoke(found.functionArn, called))
    return { statusCode, headers, body }
  }

  const server = await serve(
    async (event) => {
      const path = event.path.startsWith(`/${stage}/`) ? event.path.slice(stage.length + 1) : undefined
      return path === undefined ? problem(403, 'Forbidden') : answer({ ...event, path })
    },
    address,
    0,
  )
  return { ...server, url: `http://${address}:${server.port}/${stage}` }
}

function apiNamed(deployment: Deployment, name: string): Made {
  const found = deployment.all('AWS::ApiGateway::RestApi').find(({ properties }) => properties.Name === name)
  if (!found) throw new Error(`the templates have no API ${name}`)
  return found
}

function stageOf(deployment: Deployment, apiId: string): string {
  const stages = deployment.all('AWS::ApiGateway::Stage').map(({ properties }) => Stage.parse(properties))
  const found = stages.find(({ RestApiId }) => RestApiId === apiId)
  if (!found) throw new Error(`the API ${apiId} has no stage`)
  return found.StageName
}

const UsagePlan = z.looseObject({ ApiStages: z.array(z.looseObject({ ApiId: z.string() })) })
const UsagePlanKey = z.looseObject({ KeyId: z.string(), UsagePlanId: z.string() })
const UsageKey = z.looseObject({ Value: z.string(), Enabled: z.literal(true) })

/** The values of the keys that the usage plans of an API take. */
function usageKeysOf(deployment: Deployment, apiId: string): ReadonlySet<string | undefined> {
  const plans = deployment
    .all('AWS::ApiGateway::UsagePlan')
    .filter(({ properties }) => UsagePlan.parse(properties).ApiStages.some(({ ApiId }) => ApiId === apiId))
    .map(({ id }) => id)
  return new Set(
    deployment
      .all('AWS::ApiGateway::UsagePlanKey')
      .map(({ properties }) => UsagePlanKey.parse(properties))
      .filter(({ UsagePlanId }) => plans.includes(UsagePlanId))
      .map(({ KeyId }) => UsageKey.parse(deployment.byId(KeyId).properties).Value),
  )
}

function functionIn(uri: string): string {
  return /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? ''
}

function fits(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith('{') || part === given[index])
}

function problem(statusCode: number, message: string): APIGatewayProxyResult {
  return { statusCode, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ message }) }
}
