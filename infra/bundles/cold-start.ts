import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import type { AssemblyFunction } from '../assembly/assembly-functions.ts'

const Started = z.object({
  type: z.string(),
  milliseconds: z.number(),
  loaded: z.record(z.string(), z.int()),
})

/** What came of starting a function: what its handler is, how long its code took to load, and the files with their bytes if counted. */
export type Started = z.output<typeof Started>

/** Node's own part of the memory that a function has; the rest is for what is not on its heap. */
const HEAP_SHARE = 0.8
const LIMIT_MILLISECONDS = 60_000

/**
 * Starts a function in a fresh process: with nothing but its own environment, its memory as the limit of the heap, and away from the
 * checkout, where a bundle that reaches for `node_modules` would find them.
 */
export async function coldStart(
  { file, handler, memoryMiB, variables, name }: Omit<AssemblyFunction, 'kind' | 'ports'>,
  mode: 'time' | 'count',
): Promise<Started> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      `--max-old-space-size=${Math.floor(memoryMiB * HEAP_SHARE)}`,
      join(import.meta.dirname, 'start-handler.ts'),
      ...[file, handler, mode],
    ],
    {
      env: { ...variables, AWS_REGION: 'eu-central-1', AWS_LAMBDA_FUNCTION_NAME: name },
      cwd: dirname(file),
      timeout: LIMIT_MILLISECONDS,
    },
  )
  return Started.parse(JSON.parse(stdout))
}
