import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '../../../local/http-server.ts'
import { openIssuer, TENANT_AUDIENCE } from '../../../local/issuer.ts'
import { tenantApiHandler } from '../../../local/tenant-api-server.ts'
import { SCOPE_NAMES } from '../../../shared/contract/scope.ts'
import { whileTimePasses } from '../../api/harness.ts'
import { createWorld, type World } from '../../simulation/world.ts'

/** The tenant API over HTTP, in front of a simulated world: what it accepts is carried out, on hosts that cost nothing. */
export interface SimulatedApi {
  readonly url: string
  readonly world: World
  /** With all scopes. */
  token(tenantId: string): Promise<string>
  close(): Promise<void>
}

const ADDRESS = '127.68.0.1'

/**
 * How much virtual time passes after each answer. A create takes about half a minute of it, so that callers who look
 * again and again see operations move, and others meet them on the way.
 */
const SECONDS_PER_REQUEST = 2

/** After the acceptance of a delete, so that it is over and what was deleted is gone before anyone asks for it. */
const SECONDS_PER_DELETE = 120

/** Serves the API on a free port. Requests are answered one after the other, because time passes for all of them. */
export async function serveSimulatedApi(): Promise<SimulatedApi> {
  const home = mkdtempSync(join(tmpdir(), 'weir-issuer-'))
  const issuer = await openIssuer(home)
  const world = createWorld()
  const handler = tenantApiHandler(world.outside, issuer)
  let turn: Promise<unknown> = Promise.resolve()
  const server = await serve(
    (event) => {
      const answer = turn.then(async () => {
        const result = await whileTimePasses(world.clock, handler(event))
        const isDeleting = event.httpMethod === 'DELETE' && result.statusCode === 202
        await world.clock.advance((isDeleting ? SECONDS_PER_DELETE : SECONDS_PER_REQUEST) * 1000)
        return result
      })
      turn = answer.catch(() => undefined)
      return answer
    },
    ADDRESS,
    0,
  )
  return {
    url: `http://${ADDRESS}:${server.port}`,
    world,
    token: (tenantId) =>
      issuer.sign(TENANT_AUDIENCE, 'ana@example.test', { tenant: tenantId, scope: SCOPE_NAMES.join(' ') }, '10y'),
    close: async () => {
      await server.close()
      world.close()
      rmSync(home, { recursive: true })
    },
  }
}
