import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { AwsEmulator } from './aws-emulator.ts'
import { pythonEnvironment } from './python-environment.ts'

const ADDRESS = '127.67.0.3'

/** Tells its port, and ends with its standard input: so it never outlives the tests, however they are killed. */
const PROGRAM = `
import logging, sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address=sys.argv[1], port=0, verbose=False)
logging.getLogger('werkzeug').setLevel(logging.ERROR)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
`

/** Starts moto, an implementation of the AWS APIs that shares no code with Weir or the SDK; all of its services, in memory. */
export async function startMoto(): Promise<AwsEmulator> {
  const programs = await pythonEnvironment('moto')
  const child = spawn(join(programs, 'python'), ['-c', PROGRAM, ADDRESS], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exit = once(child, 'exit')
  const ended = exit.then(([code]) => Promise.reject(new Error(`moto ended with ${code}`)))
  // Whichever comes second is of no interest.
  ended.catch(() => undefined)
  const [port] = await Promise.race([once(createInterface(child.stdout), 'line'), ended])
  return {
    endpoint: `http://${ADDRESS}:${port}`,
    async stop() {
      child.stdin.end()
      await exit
    },
  }
}

/** How a client of the SDK calls moto. */
export function motoClientSettings({ endpoint }: AwsEmulator) {
  return { endpoint, region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }
}

/** What moto must have named of a thing that it made. */
export function present(named: string | undefined): string {
  if (named === undefined) throw new Error('moto named nothing that it made')
  return named
}
