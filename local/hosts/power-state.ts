import { access, readFile } from 'node:fs/promises'
import { runCommand } from '../../agent/run-command.ts'
import { hostFolder } from './host-spec.ts'
import { type ListedProcess, listProcesses, processAt } from './processes.ts'

/** Tells whether a host is switched on, by the processes that are there and not by what anybody remembers. */
export async function isPoweredOn(hostDir: string): Promise<boolean> {
  return (await headOfHost(hostDir)) !== undefined
}

/** The process whose end is the end of the host. */
export async function headOfHost(hostDir: string): Promise<ListedProcess | undefined> {
  const written = await readPowerFile(hostDir)
  const found = written === undefined ? undefined : processAt(written.processId)
  return found?.startTicks === written?.startTicks ? found : undefined
}

/** Every process of a host that is left, also when its head is gone. */
export async function processesOfHost(hostDir: string): Promise<readonly ListedProcess[]> {
  const written = await readPowerFile(hostDir)
  if (written === undefined) return []
  const head = processAt(written.processId)
  // Somebody else has the number now. The kernel gives it away only when no process is left in the session of that number.
  if (head !== undefined && head.startTicks !== written.startTicks) return []
  return listProcesses().filter(
    ({ session, startTicks }) => session === written.processId && startTicks >= written.startTicks,
  )
}

/** Tells whether a host was switched on and not yet switched off again, whether it still runs or not. */
export async function wasPoweredOn(hostDir: string): Promise<boolean> {
  return (await readPowerFile(hostDir)) !== undefined
}

/** Tells whether a host went down in order to be switched on again. */
export async function wantsReboot(hostDir: string): Promise<boolean> {
  const asked = await access(hostFolder(hostDir).rebootFile).then(
    () => true,
    () => false,
  )
  return asked && !(await isPoweredOn(hostDir))
}

/** Tells whether anything of a host is there, from the first moment of its start on. */
export async function isLocked(hostDir: string): Promise<boolean> {
  const { lockFile } = hostFolder(hostDir)
  // flock would create the file.
  if ((await readFile(lockFile).catch(() => undefined)) === undefined) return false
  const { exitCode } = await runCommand(['flock', '--nonblock', '--shared', lockFile, 'true'])
  return exitCode !== 0
}

async function readPowerFile(hostDir: string): Promise<{ processId: number; startTicks: number } | undefined> {
  const text = await readFile(hostFolder(hostDir).powerFile, 'utf8').catch(() => '')
  const [processId, startTicks] = text.trim().split(' ').map(Number)
  if (!processId || startTicks === undefined || Number.isNaN(startTicks)) return undefined
  return { processId, startTicks }
}
