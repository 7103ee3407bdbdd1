import { join } from 'node:path'
import { onChanges } from '../functions/jobs/on-changes.ts'
import type { Engine } from './asl/engine.ts'
import { createSqliteJournal } from './asl/sqlite-journal.ts'
import { bootPeriodically } from './boot-periodically.ts'
import { detectDriftPeriodically } from './detect-drift-periodically.ts'
import { followChanges } from './follow-changes.ts'
import { serveHostApi } from './host-api-server.ts'
import type { HttpServer } from './http-server.ts'
import type { Issuer } from './issuer.ts'
import { lambdaContext } from './lambda-context.ts'
import { localEngine } from './local-engine.ts'
import { type LocalPorts, openLocalPorts } from './local-ports.ts'
import { maintainPeriodically } from './maintain-periodically.ts'
import type { LocalSettings } from './settings.ts'
import { sweepPeriodically } from './sweep-periodically.ts'
import { serveTenantApi } from './tenant-api-server.ts'

/** A control plane that runs in this process. */
export interface ControlPlane {
  /** Of the public API. */
  readonly url: string
  readonly issuer: Issuer
  readonly ports: LocalPorts
  readonly engine: Engine
  /** Ends the control plane; hosts keep serving unless they are switched off, and executions go on at the next start. */
  close(options?: { readonly powerOffHosts?: boolean }): Promise<void>
}

/** Another control plane has this home, or another program the port. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken'
}

/**
 * Starts all of Weir on this machine: store, workflows, hosts, both APIs. What an earlier process left unfinished (its
 * executions, committed changes that nobody followed, hosts that are off) is taken up again.
 */
export async function startControlPlane(settings: LocalSettings): Promise<ControlPlane> {
  const late: { engine?: Engine; hostApi?: HttpServer } = {}
  const { ports, issuer } = await openLocalPorts(settings, {
    engine: () => present(late.engine, 'engine'),
    controlPlaneUrl: () => `http://127.0.0.1:${present(late.hostApi, 'hosts API').port}`,
  })
  const engine = localEngine(ports, createSqliteJournal(join(settings.home, 'executions.sqlite')))
  late.engine = engine
  const hostApi = await listening(`Weir already runs on ${settings.home}`, () =>
    serveHostApi(ports, issuer, settings.home, () => lambdaContext('hostApi')),
  )
  late.hostApi = hostApi
  const tenantApi = await listening(`port ${settings.port} is in use; set WEIR_PORT to another`, () =>
    serveTenantApi(ports, issuer, settings.port),
  )
  await ports.publicEntries.openAll()
  await ports.hosts.powerOnAll()
  await engine.resumeAll()
  const stopFollowing = await followChanges(ports.store, join(settings.home, 'feed-cursor'), ports, (changes) =>
    onChanges(ports, changes),
  )
  const stopSweeping = sweepPeriodically(ports)
  const stopLooking = detectDriftPeriodically(ports)
  const stopMaintaining = maintainPeriodically(ports)
  const stopBooting = bootPeriodically(ports)
  ports.log.info('control plane started', { home: settings.home, port: tenantApi.port })
  return {
    url: `http://127.0.0.1:${tenantApi.port}`,
    issuer,
    ports,
    engine,
    close: async ({ powerOffHosts = false } = {}) => {
      await tenantApi.close()
      await stopSweeping()
      await stopLooking()
      await stopMaintaining()
      await stopBooting()
      await stopFollowing()
      await engine.close()
      await hostApi.close()
      await ports.publicEntries.closeAll()
      if (powerOffHosts) await ports.hosts.powerOffAll()
      ports.hosts.close()
      ports.store.close()
    },
  }
}

async function listening(problem: string, start: () => Promise<HttpServer>): Promise<HttpServer> {
  try {
    return await start()
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE')
      throw new PortTaken(problem, { cause: thrown })
    throw thrown
  }
}

function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new TypeError(`the ${name} is not there yet`)
  return value
}
