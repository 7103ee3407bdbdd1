import { type ApiClient, createApiClient } from '../../cli/api-client.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { SCOPE_NAMES } from '../../shared/contract/scope.ts'
import { type ControlPlane, startControlPlane } from '../control-plane.ts'
import { TENANT_AUDIENCE } from '../issuer.ts'
import { settingsFrom } from '../settings.ts'
import { freePort } from './free-port.ts'

/** The tenant that the demo plays. */
export const DEMO_TENANT = 'demo'

/** A control plane of the demo's own, and the API as its tenant sees it. */
export interface DemoWeir {
  readonly controlPlane: ControlPlane
  readonly client: ApiClient
}

/** Starts a control plane in the home of the demo, on the usual port if that is free. */
export async function startWeir(home: string, signal: AbortSignal): Promise<DemoWeir> {
  const wished = settingsFrom(process.env, { home })
  const controlPlane = await startControlPlane({ ...wished, port: await freePort(wished.port) })
  const claims = { tenant: DEMO_TENANT, scope: SCOPE_NAMES.join(' ') }
  const token = await controlPlane.issuer.sign(TENANT_AUDIENCE, 'demo', claims, '12h')
  return { controlPlane, client: createApiClient({ url: controlPlane.url, token, clock: systemClock, signal }) }
}

/** What is under way when it is told to end gets so long; after that its hosts go all the same. */
const CLOSE_MILLISECONDS = 20_000

/** Ends the control plane; its hosts are switched off by whoever owns the home. */
export async function stopWeir({ controlPlane }: DemoWeir): Promise<void> {
  const limit = new AbortController()
  await Promise.race([
    controlPlane.close().finally(() => limit.abort()),
    systemClock.sleep(CLOSE_MILLISECONDS, limit.signal).catch(() => undefined),
  ])
}
