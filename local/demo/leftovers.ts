import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listProcesses } from '../hosts/processes.ts'

/** Something is there that must not be left. */
export class LeftBehind extends Error {
  override readonly name = 'LeftBehind'

  constructor(what: readonly string[]) {
    super(`This was left behind:\n${what.map((line) => `  ${line}`).join('\n')}`)
  }
}

/** What of a home's hosts is left on this machine, files included. Empty when nothing is. */
export async function leftovers(home: string): Promise<readonly string[]> {
  const files = await Promise.all([filesIn(join(home, 'hosts')), filesIn(join(home, 'volumes'))])
  return [...(await attachedTo(home)), ...files.flat()]
}

/** What of a home's hosts still runs or is mounted: processes, mounts, loop devices. */
export async function attachedTo(home: string): Promise<readonly string[]> {
  const found = await Promise.all([processesBelow(home), mountsBelow(home), loopDevicesBelow(home)])
  return found.flat()
}

/** Processes that were started with a path below the home: agents, Kafka, and what holds them. */
async function processesBelow(home: string): Promise<readonly string[]> {
  const places = [`${home}/hosts/`, `${home}/volumes/`]
  const found = await Promise.all(
    listProcesses().map(async ({ processId, name }) => {
      const command = await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')
      return places.some((place) => command.includes(place)) ? [`process ${processId} (${name})`] : []
    }),
  )
  return found.flat()
}

async function mountsBelow(home: string): Promise<readonly string[]> {
  const mounts = await readFile('/proc/self/mounts', 'utf8').catch(() => '')
  return mounts.split('\n').flatMap((line) => (line.includes(`${home}/`) ? [`mount ${line}`] : []))
}

/** A volume that is mounted where we cannot see it, in a host's own namespace, still has its loop device. */
async function loopDevicesBelow(home: string): Promise<readonly string[]> {
  const names = (await readdir('/sys/block').catch(() => [])).filter((name) => name.startsWith('loop'))
  const found = await Promise.all(
    names.map(async (name) => {
      const file = (await readFile(`/sys/block/${name}/loop/backing_file`, 'utf8').catch(() => '')).trim()
      return file.startsWith(`${home}/`) ? [`loop device ${name} of ${file}`] : []
    }),
  )
  return found.flat()
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).map((name) => `file ${join(folder, name)}`)
}
