import { readFile } from 'node:fs/promises'
import { hostFolder } from '../hosts/host-spec.ts'
import { canIsolate } from '../hosts/isolation.ts'
import { type ListedProcess, listProcesses } from '../hosts/processes.ts'

/** The agent of a host: it lives in the namespaces of its host for as long as the host is on. */
export function agentOf(hostDir: string): Promise<ListedProcess> {
  return processWith(hostFolder(hostDir).configFile)
}

/** What a command begins with that sees the mounts and processes of the host of that agent. */
export function insideHostOf({ processId }: ListedProcess): readonly string[] {
  return canIsolate() ? ['nsenter', '--target', String(processId), '--mount', '--pid', '--wd'] : []
}

/** The process that was started with all of these arguments, and not by way of another program. */
export async function processWith(...wanted: readonly string[]): Promise<ListedProcess> {
  for (const found of listProcesses()) {
    const [program = '', ...args] = await commandOf(found.processId)
    if (!/(?:^|\/)(?:java|node)$/u.test(program)) continue
    if (wanted.every((argument) => args.includes(argument))) return found
  }
  throw new Error(`no process runs with ${wanted.join(' ')}`)
}

/** The arguments of a process, its program first; none when it has ended. */
export async function commandOf(processId: number): Promise<readonly string[]> {
  return (await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')).split('\0').slice(0, -1)
}
