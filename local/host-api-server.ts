import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from 'aws-lambda'
import { hostApiHandler } from '../functions/host-api/handler.ts'
import type { Ports } from '../shared/ports/ports.ts'
import { identifyHost } from './host-identity.ts'
import { type HttpServer, serve } from './http-server.ts'
import type { Issuer } from './issuer.ts'

/**
 * Serves the hosts' API on a port of its own, which is written down the first time: hosts that outlived the control
 * plane must find the next one where they left it.
 */
export async function serveHostApi(
  ports: Ports,
  issuer: Issuer,
  home: string,
  context: () => Context,
): Promise<HttpServer> {
  const portFile = join(home, 'host-api-port')
  const handler = hostApiHandler(ports, identifyHost(issuer), { waitsWhileIdle: true })
  const known = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0
  const server = await serve((event) => handler(event, context()), '127.0.0.1', known)
  writeFileSync(portFile, String(server.port))
  return server
}
