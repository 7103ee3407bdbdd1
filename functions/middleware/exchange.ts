import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda'
import type { Route } from '../../shared/contract/route.ts'
import type { RouteName } from '../../shared/contract/routes.ts'
import type { Scope } from '../../shared/contract/scope.ts'
import type { TierName } from '../../shared/contract/tiers.ts'

/** Who calls, as the authoriser found in the verified token. */
export interface Principal {
  readonly tenantId: string
  readonly subject: string
  readonly scopes: readonly Scope[]
  readonly tier: TierName
}

/** What the validated request says. */
export interface Input {
  readonly params: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** What the middleware finds out about a request, each part by the file of its name. */
export interface Exchange {
  readonly requestId: string
  readonly traceparent: string | undefined
  readonly startedAt: number
  /** Go into the answer, whatever it will be. */
  readonly headers: Record<string, string>
  match?: { readonly name: RouteName; readonly route: Route; readonly params: Readonly<Record<string, string>> }
  principal?: Principal
  /** The parsed body as it was sent, before defaults. */
  rawBody?: unknown
  input?: Input
}

/** An API Gateway REST proxy event; the exchange is added by the first middleware. */
export interface ApiEvent extends APIGatewayProxyEvent {
  exchange?: Exchange
}

/** A middleware of the tenant API. */
export type ApiMiddleware = MiddlewareObj<ApiEvent, APIGatewayProxyResult, Error, Context>

/** The exchange of an event that has passed `requestContext`. */
export function exchangeOf(event: ApiEvent): Exchange {
  return required(event.exchange, 'requestContext')
}

/** The route of an event that has passed `matchRoute`. */
export function matchOf(event: ApiEvent): NonNullable<Exchange['match']> {
  return required(exchangeOf(event).match, 'matchRoute')
}

function required<T>(value: T | undefined, middleware: string): T {
  if (value === undefined) throw new TypeError(`the middleware ${middleware} has not run`)
  return value
}
