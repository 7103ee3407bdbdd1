import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openHome } from '../../local/demo/home.ts'
import { attachedTo } from '../../local/demo/leftovers.ts'

const ENVIRONMENT = { ...process.env, WEIR_LOOPBACK_RANGE: '127.35', WEIR_PORT: '0', TERM: 'xterm' }
const LIMIT = { timeout: 300_000 }
const SOON = { timeout: 60_000, interval: 100 }

let folder = ''
let home = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-demo-'))
  home = join(folder, 'home')
})
afterEach(async () => {
  await Promise.all(started.splice(0).map(end))
  // A demo that did not do it itself has failed its test; here only the machine is cleaned.
  if (existsSync(home)) await (await openHome(home)).end({ keepFiles: false })
  await rm(folder, { recursive: true, force: true })
})

interface Demo {
  readonly child: ChildProcess
  readonly ended: Promise<number | null>
  text(): string
  /** Resolves once it has said so; fails when it ends without. */
  said(words: string): Promise<void>
}

const started: Demo[] = []

/** Ends a demo as a person would: by Ctrl-C where it has a terminal. */
async function end({ child, ended }: Demo): Promise<void> {
  child.stdin?.write('\u0003')
  if (child.spawnfile !== 'script') child.kill('SIGTERM')
  await ended
}

function start(command: string, ...args: readonly string[]): Demo {
  const child = spawn(command, args, { env: ENVIRONMENT, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  let onOutput: () => void = () => undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString()
      onOutput()
    })
  }
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const demo: Demo = {
    child,
    ended,
    text: () => stripVTControlCharacters(output),
    said: (words) =>
      new Promise((resolve, reject) => {
        onOutput = () => (demo.text().includes(words) ? resolve() : undefined)
        onOutput()
        ended.then((code) => reject(new Error(`ended with ${code} and did not say "${words}":\n${demo.text()}`)))
      }),
  }
  started.push(demo)
  return demo
}

/** A demo on a terminal of its own. */
function onTerminal(): Demo {
  const command = `stty cols 120; exec ${process.execPath} local/demo.ts --home ${home}`
  return start('script', '--quiet', '--return', '--flush', '--command', command, '/dev/null')
}

describe('npm run demo', () => {
  it('goes from nothing to a cluster that is used and deleted without a trace, and exits with 0', LIMIT, async () => {
    const demo = start('npm', 'run', 'demo', '--', '--exit', '--home', home)
    expect(await demo.ended, demo.text()).toBe(0)
    for (const nodeId of [1, 2, 3]) {
      for (const status of ['Starting', 'Active', 'Deleted']) {
        expect(demo.text()).toMatch(new RegExp(`^ +broker ${nodeId} +az-${nodeId} +${status}`, 'm'))
      }
    }
    expect(demo.text().match(/10000 in [\d.]+ s: \d+ a second/g)).toHaveLength(2)
    expect(demo.text()).toContain('Done: everything held, and nothing is left.')
    expect(existsSync(home)).toBe(false)
    expect(await attachedTo(home)).toEqual([])
  })

  it('leaves nothing behind when it is told to end in the middle of the create', LIMIT, async () => {
    const demo = start('npm', 'run', 'demo', '--', '--home', home)
    await demo.said('launchKafka')
    demo.child.kill('SIGTERM')
    expect(await demo.ended).toBe(143)
    expect(existsSync(home)).toBe(false)
    expect(await attachedTo(home)).toEqual([])
  })

  it('leaves nothing behind when its terminal is closed', LIMIT, async () => {
    const demo = onTerminal()
    await vi.waitFor(async () => expect(await attachedTo(home)).not.toEqual([]), SOON)
    // Nobody holds the other end of the terminal any more: SIGHUP, and every write fails.
    demo.child.kill('SIGKILL')
    await vi.waitFor(() => expect(existsSync(home)).toBe(false), SOON)
    expect(await attachedTo(home)).toEqual([])
  })

  it('clears what a killed one left, draws on a terminal, serves kcat, and goes by Ctrl-C', LIMIT, async () => {
    const killed = start(process.execPath, 'local/demo.ts', '--home', home)
    await killed.said('launchKafka done')
    killed.child.kill('SIGKILL')
    await killed.ended
    expect(await attachedTo(home)).not.toEqual([])

    const demo = onTerminal()
    await demo.said('stays up until Ctrl-C')
    expect(demo.text()).toContain('✔ Start Weir')
    const { stdout } = await promisify(execFile)('bash', ['-c', printed(demo, / {2}(kcat .* -C .*)/)])
    expect(stdout.match(/^message \d+ of the demo$/gm)).toHaveLength(10_000)
    const console = printed(demo, / {2}(java .*ConsoleConsumer .*)/)
    const read = await promisify(execFile)('bash', ['-c', `${console} --max-messages 3`])
    expect(read.stdout.match(/^message \d+ of the demo$/gm)).toHaveLength(3)

    demo.child.stdin?.write('\u0003')
    expect(await demo.ended, demo.text()).toBe(0)
    expect(existsSync(home)).toBe(false)
    expect(await attachedTo(home)).toEqual([])
  })
})

/** A command as the demo printed it. */
function printed(demo: Demo, pattern: RegExp): string {
  const found = pattern.exec(demo.text())?.[1]
  if (found === undefined) throw new Error(`no ${pattern} in:\n${demo.text()}`)
  return found.trim()
}
