import { readdirSync, readFileSync } from 'node:fs'

/** A process as the kernel lists it. */
export interface ListedProcess {
  readonly processId: number
  /** The program's name, cut to 15 characters by the kernel. */
  readonly name: string
  readonly session: number
  /** When it started, in the kernel's clock ticks: with the number it names the process for good. */
  readonly startTicks: number
}

/** Every process of this machine that has not ended. */
export function listProcesses(): readonly ListedProcess[] {
  return readdirSync('/proc').flatMap((name) => {
    const found = /^\d+$/u.test(name) ? processAt(Number(name)) : undefined
    return found === undefined ? [] : [found]
  })
}

/** The process with a number, unless it has ended. */
export function processAt(processId: number): ListedProcess | undefined {
  // `number (name) state parent group session …`; the name may hold brackets and spaces itself.
  const parts = /^\d+ \((.*)\) (.*)$/su.exec(readStat(processId))
  const fields = parts?.[2]?.split(' ') ?? []
  const [state, session, startTicks] = [fields[0], fields[3], fields[19]]
  if (session === undefined || startTicks === undefined || state === 'Z' || state === 'X') return undefined
  return { processId, name: parts?.[1] ?? '', session: Number(session), startTicks: Number(startTicks) }
}

function readStat(processId: number): string {
  try {
    return readFileSync(`/proc/${processId}/stat`, 'utf8')
  } catch {
    return ''
  }
}
