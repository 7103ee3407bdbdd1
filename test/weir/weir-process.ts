import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostDirOf } from '../../local/hosts/host-spec.ts'
import { loopDevicesOf } from '../../local/hosts/loop-devices.ts'
import { powerOffHost } from '../../local/hosts/power-off.ts'
import { isPoweredOn } from '../../local/hosts/power-state.ts'
import { openIssuer, TENANT_AUDIENCE } from '../../local/issuer.ts'
import { SCOPE_NAMES } from '../../shared/contract/scope.ts'

/** The local control plane as a process of its own, so that it can be killed as a machine kills it. */
export interface WeirProcess {
  readonly home: string
  /** Starts it (again), on the same home; resolves when it answers. */
  start(): Promise<void>
  /** SIGKILL: nothing is written, closed or told. */
  kill(): Promise<void>
  /** A bearer token of the local issuer. */
  token(tenantId: string, scopes?: readonly string[]): Promise<string>
  url(): string
  /** The folders of hosts that exist, and how many of them are switched on. */
  hosts(): Promise<{ readonly folders: number; readonly poweredOn: number; readonly volumes: number }>
  /** Ends it and its hosts and removes the home; for `afterAll`, also when a test has failed. */
  dispose(): Promise<void>
}

const READY_MILLISECONDS = 60_000

/** Makes a home below the temporary folder; nothing runs yet. `range` keeps the hosts of parallel suites apart. */
export async function weirProcess(
  range: string,
  environment: NodeJS.ProcessEnv = {},
  home?: string,
): Promise<WeirProcess> {
  const folder = home ?? (await mkdtemp(join(tmpdir(), 'weir-')))
  let child: ChildProcess | undefined
  let url = ''
  let port = '0'

  const kill = async () => {
    if (child?.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    child = undefined
  }
  const hostFolders = async () => (existsSync(join(folder, 'hosts')) ? readdir(join(folder, 'hosts')) : [])

  return {
    home: folder,
    url: () => url,
    start: async () => {
      const env = { ...process.env, WEIR_HOME: folder, WEIR_PORT: port, WEIR_LOOPBACK_RANGE: range, ...environment }
      child = spawn(process.execPath, ['local/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
      url = await readyUrl(child)
      port = new URL(url).port
    },
    kill,
    token: async (tenantId, scopes = SCOPE_NAMES) =>
      (await openIssuer(folder)).sign(
        TENANT_AUDIENCE,
        `${tenantId}-tester`,
        { tenant: tenantId, scope: scopes.join(' ') },
        '1h',
      ),
    hosts: async () => {
      const folders = await hostFolders()
      const on = await Promise.all(folders.map((id) => isPoweredOn(hostDirOf(folder, id))))
      const volumes = existsSync(join(folder, 'volumes')) ? await readdir(join(folder, 'volumes')) : []
      return { folders: folders.length, poweredOn: on.filter(Boolean).length, volumes: volumes.length }
    },
    dispose: async () => {
      await kill()
      for (const id of await hostFolders()) await powerOffHost(hostDirOf(folder, id))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function readyUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => reject(new Error(`Weir did not become ready: ${output}`)), READY_MILLISECONDS)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = output.match(/Weir is ready at (\S+)/)?.[1]
      if (found === undefined) return
      clearTimeout(timer)
      resolve(found)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`Weir ended with ${code}: ${output}`))
    })
  })
}

/** What of a home is still attached to this machine: loop devices of its volumes and mounts below it. */
export async function leftovers(home: string): Promise<readonly string[]> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').filter((line) => line.includes(home))
  const images = existsSync(join(home, 'volumes')) ? await readdir(join(home, 'volumes')) : []
  const devices = await Promise.all(images.map((image) => loopDevicesOf(join(home, 'volumes', image))))
  return [...mounts, ...devices.flat()]
}
