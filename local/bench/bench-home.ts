import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApiClient, createApiClient } from '../../cli/api-client.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { SCOPE_NAMES } from '../../shared/contract/scope.ts'
import { type ControlPlane, startControlPlane } from '../control-plane.ts'
import { hostDirOf } from '../hosts/host-spec.ts'
import { powerOffHost } from '../hosts/power-off.ts'
import { TENANT_AUDIENCE } from '../issuer.ts'
import { settingsFrom } from '../settings.ts'
import { REQUESTER } from './weir-cluster.ts'

/** Where the hosts of benchmarks are, apart from those of tests and of a control plane that is in use. */
const LOOPBACK_RANGE = '127.48'

/** A control plane on a home of its own, for the length of a benchmark. */
export interface BenchHome {
  readonly home: string
  readonly kafkaReleasesDir: string
  readonly controlPlane: ControlPlane
  /** The public API, as a caller sees it. */
  readonly api: ApiClient
  /** The folders of the hosts that exist. */
  hostDirs(): Promise<readonly string[]>
  /** Ends the control plane; the hosts keep serving. */
  stopControlPlane(): Promise<void>
  /** Ends everything and leaves nothing. */
  remove(): Promise<void>
}

/** Starts a control plane in this process, on an empty home. */
export async function openBenchHome(): Promise<BenchHome> {
  const home = await mkdtemp(join(tmpdir(), 'weir-bench-'))
  const settings = settingsFrom(process.env, { home, port: 0, loopbackRange: LOOPBACK_RANGE, logLevel: 'warn' })
  const controlPlane = await startControlPlane(settings)
  const claims = { tenant: REQUESTER.tenantId, scope: SCOPE_NAMES.join(' ') }
  const token = await controlPlane.issuer.sign(TENANT_AUDIENCE, REQUESTER.requestedBy, claims, '1h')
  let closing: Promise<void> | undefined
  const stopControlPlane = () => {
    closing ??= controlPlane.close()
    return closing
  }
  const hostDirs = async () => {
    const folder = join(home, 'hosts')
    return existsSync(folder) ? (await readdir(folder)).map((instanceId) => hostDirOf(home, instanceId)) : []
  }
  return {
    home,
    kafkaReleasesDir: settings.kafkaReleasesDir,
    controlPlane,
    api: createApiClient({ url: controlPlane.url, token, clock: systemClock }),
    hostDirs,
    stopControlPlane,
    remove: async () => {
      await stopControlPlane()
      await Promise.all((await hostDirs()).map((hostDir) => powerOffHost(hostDir)))
      await rm(home, { recursive: true, force: true })
    },
  }
}
