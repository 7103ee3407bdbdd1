import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Cluster } from '../../shared/contract/cluster.ts'

/** How a run of kcat ended. */
export interface KcatResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A bounded run: a refused client would otherwise try for ever. */
const LIMIT_MILLISECONDS = 30_000

/** Runs kcat, an independent client (librdkafka), with `input` on its standard input. */
export function kcat(args: readonly string[], input = ''): Promise<KcatResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('kcat', args, { stdio: ['pipe', 'pipe', 'pipe'] })
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MILLISECONDS)
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.once('error', reject)
    child.once('close', (code) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr })
    })
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
}

/** Writes kcat's settings for a client without a user into a folder and returns the arguments that use them. */
export async function kcatArguments(
  cluster: Cluster,
  folder: string,
  protocol: 'SSL' | 'PLAINTEXT',
): Promise<readonly string[]> {
  if (!cluster.connection) throw new Error(`cluster ${cluster.id} cannot be reached yet`)
  const caFile = join(folder, 'ca.pem')
  const { bootstrapServers, caCertificatePem } = cluster.connection
  await writeFile(caFile, caCertificatePem)
  const file = join(folder, `kcat-${protocol}.conf`)
  const lines = [
    `bootstrap.servers=${bootstrapServers.join(',')}`,
    `security.protocol=${protocol}`,
    `ssl.ca.location=${caFile}`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  return ['-F', file]
}
