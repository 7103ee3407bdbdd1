import { mkdir, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { hostDirOf } from '../hosts/host-spec.ts'
import { powerOffHost } from '../hosts/power-off.ts'
import { processAt } from '../hosts/processes.ts'
import { attachedTo, LeftBehind } from './leftovers.ts'

/** The folder cannot be used; the message says why. */
export class HomeRefused extends Error {
  override readonly name = 'HomeRefused'
}

/** Says that a folder was made by a demo, and by which process, so that no other folder is ever emptied. */
const MARKER = 'demo-process'

/** The folder of this demo's state. */
export interface DemoHome {
  readonly path: string
  /** Pulls the plug of all hosts and removes the home, or keeps its files; fails when something of a host is left. */
  end(options: { readonly keepFiles: boolean }): Promise<void>
}

/** Makes the home of this demo: empty, and marked as its own. Hosts that an interrupted demo has left are switched off. */
export async function openHome(folder: string): Promise<DemoHome> {
  await mkdir(resolve(folder), { recursive: true, mode: 0o700 })
  const path = await realpath(folder)
  const owner = await ownerOf(path)
  if (owner && processAt(owner.processId)?.startTicks === owner.startTicks) {
    throw new HomeRefused(`Another demo (process ${owner.processId}) runs in ${path}; stop it or give another --home.`)
  }
  await powerOffHosts(path)
  await emptyFolder(path)
  await writeFile(join(path, MARKER), `${process.pid} ${processAt(process.pid)?.startTicks}`)
  return { path, end: (options) => endHome(path, options.keepFiles) }
}

async function endHome(path: string, keepFiles: boolean): Promise<void> {
  await powerOffHosts(path)
  if (!keepFiles) await rm(path, { recursive: true, force: true })
  const left = await attachedTo(path)
  if (left.length > 0) throw new LeftBehind(left)
}

async function powerOffHosts(path: string): Promise<void> {
  const ids = await readdir(join(path, 'hosts')).catch(() => [])
  await Promise.all(ids.map((id) => powerOffHost(hostDirOf(path, id))))
}

async function ownerOf(home: string): Promise<{ processId: number; startTicks: number } | undefined> {
  const names = await readdir(home)
  if (names.length === 0) return undefined
  if (!names.includes(MARKER)) {
    throw new HomeRefused(`${home} is not empty and not a demo's; it would be emptied. Give another --home.`)
  }
  const [processId, startTicks] = (await readFile(join(home, MARKER), 'utf8')).split(' ').map(Number)
  // A demo that was killed while it wrote its mark owns nothing.
  return processId && startTicks ? { processId, startTicks } : undefined
}

/** The marker goes last, so that whatever is left of a folder can still be told to be a demo's. */
async function emptyFolder(home: string): Promise<void> {
  for (const name of await readdir(home)) {
    if (name !== MARKER) await rm(join(home, name), { recursive: true, force: true })
  }
}
