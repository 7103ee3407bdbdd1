import type { AnswerOf, BodyOf, ParamsOf, QueryOf, Route, SuccessStatus } from '../../shared/contract/route.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import type { Principal } from '../middleware/exchange.ts'
import type { Idempotency } from './idempotency.ts'
import type { PageRequest } from './page.ts'

/** A validated call of one route. What the route does not have, its calls do not have either. */
export interface EndpointRequest<R extends Route> {
  readonly requestId: string
  readonly params: ParamsOf<R>
  readonly query: QueryOf<R>
  readonly body: BodyOf<R>
  readonly principal: R extends { readonly scope: 'public' } ? undefined : Principal
  readonly idempotency: R extends { readonly idempotent: true } ? Idempotency : undefined
  readonly page: R extends { readonly paged: true } ? PageRequest : undefined
  /** The `If-Match` header. */
  readonly ifMatch: R extends { readonly ifMatch: true } ? string : undefined
}

/** The ports that the route says its endpoint needs; the function it runs in has a grant for these and no other. */
export type PortsOf<R extends Route> = Needed<R['needs'][number]>

/**
 * One endpoint: the route it answers, and what it does with the ports that the route names (their list is its type and
 * its IAM grant). The route's answers are not known yet while its endpoint is inferred: naming the statuses keeps them
 * from widening to `number`.
 */
export interface Endpoint<R extends Route> {
  readonly route: R
  handle(
    request: EndpointRequest<R>,
    ports: Needed<R['needs'][number]>,
  ): Promise<AnswerOf<R> & { readonly status: SuccessStatus }>
}

/**
 * Declares an endpoint; request, answer and ports are typed by its route.
 *
 * @example
 * export const getCluster = defineEndpoint({
 *   route: ROUTES.getCluster,
 *   handle: async ({ params, principal }, { store }) => ({ status: 200, body: … }),
 * })
 */
export function defineEndpoint<R extends Route>(endpoint: Endpoint<R>): Endpoint<R> {
  return endpoint
}
