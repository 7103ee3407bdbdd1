import httpSecurityHeaders from '@middy/http-security-headers'
import type { ApiMiddleware } from './exchange.ts'

/** Headers for an API that no browser shall render, frame or sniff; the page-only policies are left out. */
export function securityHeaders(): ApiMiddleware {
  const middleware = httpSecurityHeaders({
    contentSecurityPolicy: { 'default-src': "'none'", 'frame-ancestors': "'none'" },
    crossOriginEmbedderPolicy: false,
    crossOriginOpenerPolicy: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
    dnsPrefetchControl: false,
    downloadOptions: false,
    originAgentCluster: false,
    permissionsPolicy: false,
    permittedCrossDomainPolicies: false,
    reportTo: false,
    reportingEndpoints: false,
  })
  return middleware
}
