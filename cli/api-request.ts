import type { Route } from '../shared/contract/route.ts'

/** The variable parts of a call, before they become a request. */
export interface RequestParts {
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly query?: Readonly<Record<string, unknown>> | undefined
  readonly body?: unknown
  readonly ifMatch?: string | undefined
  readonly idempotencyKey?: string | undefined
}

/** The address of a call: the route's path with its parameters filled in, and the query that is there. */
export function requestUrl(base: string, route: Route, { params = {}, query = {} }: RequestParts): URL {
  const path = route.path.replace(/\{(\w+)\}/gu, (_whole, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`the route ${route.name} needs the parameter ${name}`)
    return encodeURIComponent(String(value))
  })
  const url = new URL(`${base.replace(/\/+$/u, '')}${path}`)
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value))
  return url
}

/** The request itself; a repeat with the same parts is the same request to the API. */
export function requestInit(route: Route, token: string | undefined, parts: RequestParts): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json', 'User-Agent': 'weir-cli' }
  if (token !== undefined) headers.Authorization = `Bearer ${token}`
  if (parts.ifMatch !== undefined) headers['If-Match'] = parts.ifMatch
  if (parts.idempotencyKey !== undefined) headers['Idempotency-Key'] = parts.idempotencyKey
  if (parts.body === undefined) return { method: route.method.toUpperCase(), headers }
  headers['Content-Type'] = 'application/json'
  return { method: route.method.toUpperCase(), headers, body: JSON.stringify(parts.body) }
}
