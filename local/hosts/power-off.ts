import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { readAgentConfig } from '../../agent/config.ts'
import { hostFolder } from './host-spec.ts'
import { loopDevicesOf } from './loop-devices.ts'
import { isLocked, processesOfHost, wasPoweredOn } from './power-state.ts'

/** How a host is switched off. */
export interface PowerOffOptions {
  /** Let Kafka and the agent end by themselves first, for so many seconds at most. Default: pull the plug at once. */
  readonly gracefulSeconds?: number
}

/** Something of a host is still there after it was switched off. */
export class PowerOffError extends Error {
  override readonly name = 'PowerOffError'
}

// From SIGKILL until the kernel has unmounted the volume and written out its log: seconds on a slow disk.
const goneMilliseconds = 30_000
const pollMilliseconds = 20

/** Switches a host off and resolves when nothing of it is left: no process, no mount, no loop device. */
export async function powerOffHost(hostDir: string, options: PowerOffOptions = {}): Promise<void> {
  // A host that is off may share its volume with the one that took it over: nothing here is its own any more.
  if (!(await isComingOrOn(hostDir))) return
  if (options.gracefulSeconds !== undefined) await askToEnd(hostDir, options.gracefulSeconds * 1000)
  const isGone = await until(goneMilliseconds, async () => {
    const left = await processesOfHost(hostDir)
    for (const { processId } of left) send(processId, 'SIGKILL')
    // A process whose first thread has ended counts as ended; its others may hold the lock, without which the host cannot come on.
    return left.length === 0 && !(await isLocked(hostDir))
  })
  if (!isGone) throw new PowerOffError(`processes of ${hostDir} survive SIGKILL`)
  const image = await imageOf(hostDir)
  if (image !== undefined && !(await until(goneMilliseconds, async () => (await loopDevicesOf(image)).length === 0))) {
    throw new PowerOffError(`${image} is still attached to ${(await loopDevicesOf(image)).join(', ')}`)
  }
  for (const file of [hostFolder(hostDir).rebootFile, hostFolder(hostDir).powerFile]) await rm(file, { force: true })
}

/** Waits for a host that has just been started to write down that it runs: else it would come on after it was switched off. */
async function isComingOrOn(hostDir: string): Promise<boolean> {
  await until(goneMilliseconds, async () => (await wasPoweredOn(hostDir)) || !(await isLocked(hostDir)))
  return wasPoweredOn(hostDir)
}

// What a host consists of beside the agent and Kafka; unshare would take everything with it, the shell must not restart the agent.
const frame = new Set(['unshare', 'bash', 'sleep'])

async function askToEnd(hostDir: string, milliseconds: number): Promise<void> {
  for (const { processId, name } of await processesOfHost(hostDir)) {
    if (name !== 'unshare') send(processId, 'SIGTERM')
  }
  await until(milliseconds, async () => (await processesOfHost(hostDir)).every(({ name }) => frame.has(name)))
}

function send(processId: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(processId, signal)
  } catch (error) {
    // It has ended in between.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function until(milliseconds: number, isSo: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + milliseconds; ; await sleep(pollMilliseconds)) {
    if (await isSo()) return true
    if (Date.now() >= end) return false
  }
}

async function imageOf(hostDir: string): Promise<string | undefined> {
  const config = await readAgentConfig(hostFolder(hostDir).configFile).catch(() => undefined)
  return config?.volume.kind === 'image' ? config.volume.imageFile : undefined
}
