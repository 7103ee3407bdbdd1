import type { APIGatewayProxyEvent, Context } from 'aws-lambda'

/** What a call sends besides method, URL and token; an object is sent as JSON, a string as it is. */
export interface SentParts {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: object | string
}

/** A call as API Gateway hands it to a function. */
export function proxyEvent(
  method: string,
  url: string,
  given: SentParts,
  token: string | undefined,
): APIGatewayProxyEvent {
  const [path = '', search] = url.split('?')
  const query: Record<string, string[]> = {}
  for (const [name, value] of new URLSearchParams(search ?? '')) query[name] = [...(query[name] ?? []), value]
  const body = typeof given.body === 'object' ? JSON.stringify(given.body) : (given.body ?? null)
  return {
    httpMethod: method,
    path,
    resource: '/{proxy+}',
    headers: {
      ...(body === null ? {} : { 'Content-Type': 'application/json' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      ...given.headers,
    },
    multiValueHeaders: {},
    queryStringParameters:
      search === undefined
        ? null
        : Object.fromEntries(Object.entries(query).map(([key, values]) => [key, values.at(-1)])),
    multiValueQueryStringParameters: search === undefined ? null : query,
    pathParameters: null,
    stageVariables: null,
    body,
    isBase64Encoded: false,
    requestContext: {
      accountId: '',
      apiId: '',
      authorizer: null,
      httpMethod: method,
      identity: {
        accessKey: null,
        accountId: null,
        apiKey: null,
        apiKeyId: null,
        caller: null,
        clientCert: null,
        cognitoAuthenticationProvider: null,
        cognitoAuthenticationType: null,
        cognitoIdentityId: null,
        cognitoIdentityPoolId: null,
        principalOrgId: null,
        sourceIp: '',
        user: null,
        userAgent: null,
        userArn: null,
      },
      path,
      protocol: '',
      requestId: '',
      requestTimeEpoch: 0,
      resourceId: '',
      resourcePath: '',
      stage: '',
    },
  }
}

/** What Lambda tells a function about its call. */
export function lambdaContext(): Context {
  return {
    functionName: 'api',
    functionVersion: '1',
    invokedFunctionArn: '',
    memoryLimitInMB: '512',
    awsRequestId: '',
    logGroupName: '',
    logStreamName: '',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => 29_000,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  }
}
