import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { closeSync, openSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeFileAtomically } from '../../agent/atomic-file.ts'
import { type AgentConfig, readAgentConfig } from '../../agent/config.ts'
import { exitCodes } from '../../agent/exit-codes.ts'
import { type HostFolder, hostDirOf, hostFolder, type LocalHostSpec, volumeFile } from './host-spec.ts'
import { canIsolate } from './isolation.ts'
import { powerOffHost } from './power-off.ts'
import { isPoweredOn, wasPoweredOn } from './power-state.ts'

// The host writes its power file within milliseconds; a machine that swaps takes longer.
const powerOnMilliseconds = 10_000

/**
 * Switches a host on and returns its folder; one that is on already only learns where the control plane is now. The host
 * outlives whoever calls this, and the caller may die at any moment: the host locks itself against a second start and writes
 * down by itself that it runs.
 */
export async function powerOnHost(spec: LocalHostSpec): Promise<string> {
  const folder = hostFolder(hostDirOf(spec.home, spec.instanceId))
  if (await isPoweredOn(folder.path)) {
    await redirect(spec, folder)
    return folder.path
  }
  // Something of an earlier life may be left, whose head alone has died.
  if (await wasPoweredOn(folder.path)) await powerOffHost(folder.path)
  const isolated = spec.isolated ?? canIsolate()
  await prepare(spec, folder, isolated ? 'image' : 'directory')
  launch(spec, folder, isolated)
  for (const until = Date.now() + powerOnMilliseconds; Date.now() < until; await sleep(10)) {
    if (await isPoweredOn(folder.path)) return folder.path
  }
  throw new Error(`host ${spec.instanceId} did not come on; its console is ${folder.consoleFile}`)
}

async function prepare(spec: LocalHostSpec, folder: HostFolder, kind: 'image' | 'directory'): Promise<void> {
  for (const path of [folder.stateDir, folder.logDir, folder.tempDir]) await mkdir(path, { recursive: true })
  const file = volumeFile(spec.home, spec.volumeId, kind)
  const config: AgentConfig = {
    controlPlaneUrl: spec.controlPlaneUrl,
    credentials: spec.instanceCredentials ?? { kind: 'file', file: folder.tokenFile },
    stateDir: folder.stateDir,
    logDir: folder.logDir,
    tempDir: folder.tempDir,
    volume:
      kind === 'image' ? { kind, imageFile: file, mountPoint: folder.mountPoint } : { kind: 'directory', path: file },
    kafkaReleasesDir: spec.kafkaReleasesDir,
    java: spec.java ?? 'java',
    platform: 'local',
    ...(spec.kafkaUser !== undefined && { kafkaUser: spec.kafkaUser }),
    bootId: randomUUID(),
    stopTimeoutSeconds: spec.stopTimeoutSeconds ?? 600,
    killAfterStopTimeout: false,
    pollWaitSeconds: spec.pollWaitSeconds ?? 20,
  }
  await writeFileAtomically(folder.tokenFile, `${spec.token}\n`, 0o600)
  await writeConfig(folder, config)
}

/** A host that is on learns where the control plane is now, and by which token it knows the host. */
async function redirect({ token, controlPlaneUrl }: LocalHostSpec, folder: HostFolder): Promise<void> {
  await writeFileAtomically(folder.tokenFile, `${token}\n`, 0o600)
  await writeConfig(folder, { ...(await readAgentConfig(folder.configFile)), controlPlaneUrl })
}

const writeConfig = (folder: HostFolder, config: AgentConfig): Promise<void> =>
  writeFileAtomically(folder.configFile, `${JSON.stringify(config, undefined, 2)}\n`)

function launch(spec: LocalHostSpec, folder: HostFolder, isolated: boolean): void {
  const here = import.meta.dirname
  const output = openSync(folder.consoleFile, 'a')
  const child = spawn(
    'bash',
    [
      join(here, 'power-on.sh'),
      folder.lockFile,
      folder.powerFile,
      isolated ? 'isolated' : 'plain',
      ...['bash', join(here, 'init.sh'), process.execPath, spec.agentFile, folder.configFile],
      ...[String(exitCodes.stale), String(exitCodes.reboot), folder.rebootFile],
    ],
    // A session of its own: no signal of the starter's terminal reaches the host, and its processes are known by it.
    { detached: true, cwd: folder.path, stdio: ['ignore', output, output], env: hostEnvironment() },
  )
  child.on('error', () => undefined)
  child.unref()
  closeSync(output)
}

/** A host inherits nothing of its starter but the way to programs and the place of temporary files. */
function hostEnvironment(): NodeJS.ProcessEnv {
  const { PATH = '', HOME, LANG } = process.env
  const adminFolders = ['/usr/sbin', '/sbin'].filter((folder) => !PATH.split(':').includes(folder))
  return { PATH: [PATH, ...adminFolders].join(':'), ...(HOME && { HOME }), ...(LANG && { LANG }) }
}
