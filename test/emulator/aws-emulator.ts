import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { pythonEnvironment } from './python-environment.ts'

/** A running emulator of AWS APIs that shares no code with Weir or the SDK. */
export interface AwsEmulator {
  readonly endpoint: string
  stop(): Promise<void>
}

const ADDRESS = '127.31.0.1'

/** MiniStack, ended by the end of its standard input: so it never outlives the tests, however they are killed. */
const PROGRAM = `
import os, signal, sys, threading
from ministack.app import main
def follow_parent():
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)
threading.Thread(target=follow_parent, daemon=True).start()
main()
`

/** It answers within a third of a second on an idle machine; a minute is for a busy one. */
const START_TIMEOUT_MILLISECONDS = 60_000
const PROBE_INTERVAL_MILLISECONDS = 50
/** After a polite SIGTERM the emulator gets this long before it is killed. */
const STOP_TIMEOUT_MILLISECONDS = 5_000
/** Enough of the emulator's own words to explain a failed start. */
const KEPT_OUTPUT_CHARACTERS = 4_000

/**
 * Starts MiniStack with the given services (its own names, such as `dynamodb`) on a free port. The state lives in the process's
 * memory.
 */
export async function startAwsEmulator(services: readonly string[]): Promise<AwsEmulator> {
  const programs = await pythonEnvironment('aws-emulator')
  const port = await freePort()
  const child = spawn(join(programs, 'python'), ['-c', PROGRAM], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      TMPDIR: tmpdir(),
      BIND_HOST: ADDRESS,
      GATEWAY_PORT: String(port),
      SERVICES: services.join(','),
      LOG_LEVEL: 'WARNING',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-KEPT_OUTPUT_CHARACTERS)
    })
  }
  const endpoint = `http://${ADDRESS}:${port}`
  const stop = () => end(child)
  try {
    await waitUntilItAnswers(endpoint, child)
    return { endpoint, stop }
  } catch (error) {
    await stop()
    throw new Error(`the AWS emulator did not start: ${output}`, { cause: error })
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, ADDRESS)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port on the loopback interface')
  return address.port
}

async function waitUntilItAnswers(endpoint: string, child: ChildProcess): Promise<void> {
  const signal = AbortSignal.timeout(START_TIMEOUT_MILLISECONDS)
  for (;;) {
    signal.throwIfAborted()
    if (hasEnded(child)) throw new Error(`it ended with ${child.exitCode ?? child.signalCode}`)
    const response = await fetch(endpoint, { signal }).catch(() => undefined)
    if (response !== undefined) return
    await setTimeout(PROBE_INTERVAL_MILLISECONDS)
  }
}

async function end(child: ChildProcess): Promise<void> {
  // A child that could not be spawned has no id and no end to wait for.
  if (child.pid === undefined || hasEnded(child)) return
  const exit = once(child, 'exit')
  child.kill('SIGTERM')
  const patience = new AbortController()
  const late = setTimeout(STOP_TIMEOUT_MILLISECONDS, 'late', { signal: patience.signal }).catch(() => undefined)
  if ((await Promise.race([exit, late])) === 'late') child.kill('SIGKILL')
  patience.abort()
  await exit
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
