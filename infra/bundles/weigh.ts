import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { AssemblyFunction } from '../assembly/assembly-functions.ts'
import { coldStart } from './cold-start.ts'

/** What a function loads when it starts, and how long that takes on this machine. */
export interface Weight {
  readonly name: string
  readonly ports: readonly string[]
  readonly memoryMiB: number
  readonly bytes: number
  /** Median of what its code takes to load in a fresh process. */
  readonly loadMilliseconds: number
  /** The median start of a process with it, as a multiple of one with a handler that does nothing. */
  readonly timesEmpty: number
  /** Chunks that it loaded because of its ports, by the name of the adapter, with their bytes. */
  readonly chunks: ReadonlyMap<string, number>
  /** Chunks that what it loaded can load later, and did not. */
  readonly later: ReadonlyMap<string, number>
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** `chunks/fleet-JK3H2LQA.mjs` is `fleet`. */
const nameOf = (file: string): string => basename(file).replace(/-[A-Z0-9]{8}\.mjs$/, '')

/** Starts a process so often, and gives the medians of the whole start and of loading the code. */
async function timed(deployed: Omit<AssemblyFunction, 'kind' | 'ports'>, rounds: number) {
  const starts: number[] = []
  const loads: number[] = []
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now()
    const { milliseconds } = await coldStart(deployed, 'time')
    starts.push(performance.now() - begun)
    loads.push(milliseconds)
  }
  return { start: median(starts), load: median(loads) }
}

/** Chunks that the loaded files name in an `import()`, and that are not among them. */
async function laterChunks(folder: string, loaded: ReadonlySet<string>): Promise<Map<string, number>> {
  const later = new Map<string, number>()
  for (const file of loaded) {
    const text = await readFile(join(folder, file), 'utf8')
    for (const [, path = ''] of text.matchAll(/import\("([^"]+\.mjs)"\)/g)) {
      const chunk = join(dirname(file), path)
      if (!loaded.has(chunk)) later.set(nameOf(chunk), (await stat(join(folder, chunk))).size)
    }
  }
  return later
}

/** Weighs functions one after the other, in fresh processes; of those that load the same into the same memory, one is timed for all. */
export async function weigh(functions: readonly AssemblyFunction[], rounds: number): Promise<readonly Weight[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-empty-handler-'))
  const file = join(folder, 'empty.mjs')
  await writeFile(file, 'export const handler = () => undefined\n')
  const weights: Weight[] = []
  const times = new Map<string, Awaited<ReturnType<typeof timed>>>()
  try {
    const empty = await timed({ name: 'empty', file, handler: 'handler', memoryMiB: 512, variables: {} }, rounds)
    for (const deployed of functions) {
      const { loaded } = await coldStart(deployed, 'count')
      const alike = JSON.stringify([deployed.memoryMiB, Object.keys(loaded)])
      const { start, load } = times.get(alike) ?? (await timed(deployed, rounds))
      times.set(alike, { start, load })
      const isAdapter = (path: string) => dirname(path) === 'chunks' && !nameOf(path).startsWith('chunk')
      weights.push({
        name: deployed.name,
        ports: deployed.ports,
        memoryMiB: deployed.memoryMiB,
        bytes: Object.values(loaded).reduce((sum, bytes) => sum + bytes, 0),
        loadMilliseconds: load,
        timesEmpty: start / empty.start,
        chunks: new Map(
          Object.entries(loaded).flatMap(([path, bytes]) => (isAdapter(path) ? [[nameOf(path), bytes] as const] : [])),
        ),
        later: await laterChunks(dirname(deployed.file), new Set(Object.keys(loaded))),
      })
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return weights
}

/** How many bytes all files of the bundle have together: what Lambda fetches. */
export async function bundleBytes(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = files
    .filter((file) => file.isFile())
    .map(async (file) => (await stat(join(file.parentPath, file.name))).size)
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
