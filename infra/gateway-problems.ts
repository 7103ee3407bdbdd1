import { type ResponseType as GatewayResponseType, ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'
import { type ErrorCode, errorRow } from '../shared/errors/catalogue.ts'

interface GatewayProblem {
  readonly id: string
  readonly type: GatewayResponseType
  readonly code: ErrorCode
  readonly detail: string
  readonly retryAfterSeconds?: number
}

/** Requests that API Gateway answers itself, before any function: they look like our own answers. */
const PROBLEMS: readonly GatewayProblem[] = [
  {
    id: 'NoSuchRoute',
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    code: 'ROUTE_NOT_FOUND',
    detail: 'There is no such path in this API, or not with this method.',
  },
  {
    // What the gateway makes of a bearer token on a path it does not know: it expects a signature there.
    id: 'NoSuchRouteWithToken',
    type: ResponseType.INVALID_SIGNATURE,
    code: 'ROUTE_NOT_FOUND',
    detail: 'There is no such path in this API, or not with this method.',
  },
  {
    id: 'NoToken',
    type: ResponseType.UNAUTHORIZED,
    code: 'UNAUTHENTICATED',
    detail: 'Send a valid token: Authorization: Bearer <JWT>.',
  },
  { id: 'Denied', type: ResponseType.ACCESS_DENIED, code: 'FORBIDDEN', detail: 'The token does not allow this call.' },
  {
    id: 'Throttled',
    type: ResponseType.THROTTLED,
    code: 'TOO_MANY_REQUESTS',
    detail: 'Call again in a moment.',
    // Its buckets fill again with every second.
    retryAfterSeconds: 1,
  },
  {
    id: 'OverQuota',
    type: ResponseType.QUOTA_EXCEEDED,
    code: 'REQUEST_QUOTA_USED_UP',
    detail: 'The calls of this month are used up; a new month begins on its first day, UTC.',
    // The gateway does not say when the month ends; an hour is seldom too long.
    retryAfterSeconds: 3600,
  },
  {
    // The authoriser names the key of a tenant: one that is missing is a fault of the deployment.
    id: 'NoUsageKey',
    type: ResponseType.INVALID_API_KEY,
    code: 'INTERNAL',
    detail: 'Something went wrong on our side; send the request again.',
  },
  {
    id: 'TooLarge',
    type: ResponseType.REQUEST_TOO_LARGE,
    code: 'BODY_TOO_LARGE',
    detail: 'The body is larger than allowed.',
  },
  {
    id: 'WrongMediaType',
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'The body must be application/json.',
  },
  {
    id: 'BadParameters',
    type: ResponseType.BAD_REQUEST_PARAMETERS,
    code: 'INVALID_PARAMETER',
    detail: 'A parameter is missing or malformed.',
  },
  {
    id: 'BadBody',
    type: ResponseType.BAD_REQUEST_BODY,
    code: 'MALFORMED_JSON',
    detail: 'The body is not valid JSON.',
  },
  {
    id: 'AnyServerFault',
    type: ResponseType.DEFAULT_5XX,
    code: 'INTERNAL',
    detail: 'Something went wrong on our side; send the request again.',
  },
]

/** Lets the gateway's own answers be problem documents with codes of the catalogue. */
export function addGatewayProblems(api: RestApi): void {
  for (const { id, type, code, detail, retryAfterSeconds } of PROBLEMS) {
    const { status, title, retryable } = errorRow(code)
    const document = {
      type: `/v1/errors/${code}`,
      title,
      status,
      detail,
      code,
      retryable,
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      instance: '$context.path',
      requestId: '$context.requestId',
    }
    api.addGatewayResponse(id, {
      type,
      statusCode: String(status),
      responseHeaders: {
        'Content-Type': "'application/problem+json'",
        'Cache-Control': "'no-store'",
        ...(retryAfterSeconds !== undefined && { 'Retry-After': `'${retryAfterSeconds}'` }),
        ...(code === 'UNAUTHENTICATED' && { 'WWW-Authenticate': `'Bearer realm="weir"'` }),
      },
      templates: { 'application/json': JSON.stringify(document) },
    })
  }
}
