import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A machine that was switched on and has nothing on it yet. */
export interface Machine {
  /** Runs a program on the machine. */
  run(command: readonly string[], options?: SpawnOptions): ChildProcess
  /** The same to its end, which must be a good one; gives what it printed. */
  output(...command: readonly string[]): Promise<string>
  /** Attaches a block device of this computer, as udev shows an EBS volume. */
  attach(device: string, volumeId: string): Promise<void>
  switchOff(): Promise<void>
}

const ON_MILLISECONDS = 20_000

/**
 * Switches a machine on that reaches nothing but the two sockets `metadata.sock` and `aws.sock` of its folder: as the metadata
 * service at its own address, and as all names of AWS.
 */
export async function switchOn(
  folder: string,
  {
    names,
    addresses,
    environment,
  }: {
    /** What AWS is called. */
    readonly names: readonly string[]
    /** Of its network interface. */
    readonly addresses: readonly string[]
    readonly environment: NodeJS.ProcessEnv
  },
): Promise<Machine> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'hosts'), `127.0.0.1 localhost ${names.join(' ')}\n`)
  const here = import.meta.dirname
  const script = [
    'bash',
    join(here, 'machine.sh'),
    folder,
    join(here, 'programs'),
    process.execPath,
    join(here, 'forward.ts'),
  ]
  const kinds = ['--mount', '--propagation', 'private', '--net', '--pid', '--fork', '--kill-child']
  const outer = spawn('unshare', [...kinds, ...script, '169.254.169.254', ...addresses], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = once(outer, 'exit')
  const until = Date.now() + ON_MILLISECONDS
  while (!(await isThere(join(folder, 'on')))) {
    if (outer.exitCode !== null || Date.now() > until) throw new Error('the machine did not come on')
    await sleep(20)
  }
  const children = await readFile(`/proc/${outer.pid}/task/${outer.pid}/children`, 'utf8')
  const [first = ''] = children.trim().split(' ')

  const run = (command: readonly string[], options: SpawnOptions = {}): ChildProcess =>
    spawn('nsenter', ['--target', first, '--mount', '--net', '--pid', '--root', '--wd', ...command], {
      env: environment,
      ...options,
    })
  async function output(...command: readonly string[]): Promise<string> {
    const child = run(command, { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    const [code] = await once(child, 'close')
    if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}`)
    return text
  }

  return {
    run,
    output,
    async attach(device, volumeId) {
      const link = `nvme-Amazon_Elastic_Block_Store_${volumeId.replace('-', '')}`
      const number = /\d+$/u.exec(device)?.[0] ?? ''
      // Block devices of loop have the major number 7.
      await output('mknod', device, 'b', '7', number)
      await output('ln', '-s', `../..${device.replace('/dev', '')}`, `/dev/disk/by-id/${link}`)
    },
    async switchOff() {
      outer.stdin?.end()
      await ended
    },
  }
}

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  )
