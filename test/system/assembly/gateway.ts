import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { z } from 'zod'
import { type HttpServer, serve } from '../../../local/http-server.ts'
import type { Functions } from './functions.ts'
import type { Deployment } from './template.ts'

const Resource = z.looseObject({ ParentId: z.string(), PathPart: z.string() })
const Method = z.looseObject({
  HttpMethod: z.string(),
  ResourceId: z.string(),
  RestApiId: z.string(),
  AuthorizationType: z.string(),
  AuthorizerId: z.string().optional(),
  Integration: z.looseObject({ Type: z.literal('AWS_PROXY'), Uri: z.string() }),
})
const Authorizer = z.looseObject({ AuthorizerUri: z.string(), IdentityValidationExpression: z.string() })
const Permission = z.looseObject({ FunctionName: z.string(), Principal: z.string() })
const Verdict = z.looseObject({ context: z.record(z.string(), z.string()) })
const Result = z.looseObject({
  statusCode: z.number(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  body: z.string().default(''),
})

/** Finds the IAM session of a call that is signed with IAM; nothing where it is not, or may not make this call. */
export type IamSession = (
  event: APIGatewayProxyEvent,
  methodArn: string,
) => Promise<{ readonly userArn: string; readonly headers: Readonly<Record<string, string>> } | undefined>

interface GatewayParts {
  readonly deployment: Deployment
  readonly functions: Functions
  readonly apiName: string
  readonly address: string
  readonly iamSession: IamSession
}

/** Serves a REST API of the templates: its resources, methods, authorisers and integrations, and nothing else. */
export async function serveGateway(parts: GatewayParts): Promise<HttpServer> {
  const { deployment, functions, apiName, address, iamSession } = parts
  const apiId = deployment.all('AWS::ApiGateway::RestApi').find(({ properties }) => properties.Name === apiName)?.id
  if (apiId === undefined) throw new Error(`the templates have no API ${apiName}`)
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

  async function tokenVerdict(authorizerId: string, event: APIGatewayProxyEvent, methodArn: string) {
    const { properties } = deployment.byId(authorizerId)
    const { AuthorizerUri, IdentityValidationExpression } = Authorizer.parse(properties)
    const authorizationToken = event.headers.authorization ?? ''
    if (!new RegExp(IdentityValidationExpression).test(authorizationToken)) return undefined
    try {
      return Verdict.parse(await invoke(functionIn(AuthorizerUri), { type: 'TOKEN', authorizationToken, methodArn }))
        .context
    } catch (thrown) {
      if (thrown instanceof Error && thrown.message === 'Unauthorized') return undefined
      throw thrown
    }
  }

  return serve(
    async (event) => {
      const found = methods.find(({ HttpMethod, path }) => HttpMethod === event.httpMethod && fits(path, event.path))
      if (!found) return problem(403, 'Missing Authentication Token')
      const { region, account } = deployment
      const methodArn = `arn:aws:execute-api:${region}:${account}:${apiId}/live/${found.HttpMethod}${found.path}`
      const { requestContext } = event
      const called: APIGatewayProxyEvent = { ...event, resource: found.path }
      if (found.AuthorizationType === 'CUSTOM') {
        const authorizer = await tokenVerdict(found.AuthorizerId ?? '', event, methodArn)
        if (!authorizer) return problem(401, 'Unauthorized')
        called.requestContext = { ...requestContext, authorizer }
      } else if (found.AuthorizationType === 'AWS_IAM') {
        const session = await iamSession(event, methodArn)
        if (!session) return problem(403, 'Missing Authentication Token')
        called.requestContext = {
          ...requestContext,
          identity: { ...requestContext.identity, userArn: session.userArn },
        }
        called.headers = { ...event.headers, ...session.headers }
      }
      const { statusCode, headers = {}, body } = Result.parse(await invoke(found.functionArn, called))
      return { statusCode, headers, body }
    },
    address,
    0,
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
