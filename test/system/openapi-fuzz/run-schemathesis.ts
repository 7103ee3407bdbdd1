import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { pythonEnvironment } from '../../emulator/python-environment.ts'
import type { SimulatedApi } from './simulated-api.ts'
import type { Standing } from './standing.ts'

/** What schemathesis reports of a run, as far as a test judges it. */
const Report = z.object({
  operations: z.object({ total: z.int(), tested: z.int() }),
  phases: z.record(z.string(), z.object({ status: z.string() })),
  test_cases: z.object({ generated: z.int() }),
  failures: z.array(z.object({ title: z.string(), operations: z.array(z.string()) })),
  errors: z.array(z.unknown()),
  filtered: z.int(),
})

/** How a run went; `output` is what schemathesis wrote for people, with a command that repeats each failure. */
export type FuzzReport = z.output<typeof Report> & { readonly output: string }

/** It ends by itself after as many cases as its configuration says; this is for one that hangs. */
const LIMIT_MILLISECONDS = 220_000

/** Runs schemathesis against the document that the API serves about itself. */
export async function runSchemathesis(
  api: SimulatedApi,
  token: string,
  { clusterId, operationId }: Standing,
  phases: readonly string[],
): Promise<FuzzReport> {
  const programs = await pythonEnvironment('schemathesis')
  const folder = await mkdtemp(join(tmpdir(), 'weir-schemathesis-'))
  const report = join(folder, 'report.json')
  try {
    const child = spawn(
      join(programs, 'schemathesis'),
      [
        ...['--config-file', join(import.meta.dirname, 'schemathesis.toml'), 'run', `${api.url}/v1/openapi.json`],
        ...['--phases', phases.join(','), '--report', 'json', '--report-json-path', report],
      ],
      {
        // Where it looks for its hooks.
        cwd: import.meta.dirname,
        timeout: LIMIT_MILLISECONDS,
        killSignal: 'SIGKILL',
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          NO_COLOR: '1',
          PYTHONDONTWRITEBYTECODE: '1',
          FUZZ_TOKEN: token,
          FUZZ_CLUSTER_ID: clusterId,
          FUZZ_OPERATION_ID: operationId,
        },
      },
    )
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString()
      })
    }
    await once(child, 'close')
    const text = await readFile(report, 'utf8').catch((cause: unknown) => {
      throw new Error(`schemathesis did not run: ${output}`, { cause })
    })
    return { ...Report.parse(JSON.parse(text)), output }
  } finally {
    await rm(folder, { recursive: true })
  }
}
