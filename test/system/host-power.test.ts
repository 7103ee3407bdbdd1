import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { bundleAgent } from '../../local/hosts/bundle-agent.ts'
import { hostDirOf, hostFolder, type LocalHostSpec, volumeFile } from '../../local/hosts/host-spec.ts'
import { canIsolate } from '../../local/hosts/isolation.ts'
import { loopDevicesOf } from '../../local/hosts/loop-devices.ts'
import { makeVolume } from '../../local/hosts/make-volume.ts'
import { powerOffHost } from '../../local/hosts/power-off.ts'
import { powerOnHost } from '../../local/hosts/power-on.ts'
import { headOfHost, isLocked, isPoweredOn, processesOfHost, wantsReboot } from '../../local/hosts/power-state.ts'
import { listProcesses, processAt } from '../../local/hosts/processes.ts'
import { aDesiredHost } from '../agent/desired-host.ts'
import { type HostApiServer, startHostApi } from '../agent/host-api-server.ts'
import { createHostAuthority } from '../agent/host-authority.ts'

// A host without a Kafka release: its agent mounts the volume, gets a certificate, and waits. No JVM is needed to pull its plug.
let home: string
let agentFile: string
let api: HostApiServer
let spec: LocalHostSpec
let hostDir: string
let image: string

beforeAll(async () => {
  agentFile = await bundleAgent(join(tmpdir(), `weir-power-bundle-${process.pid}`))
  return () => rm(join(tmpdir(), `weir-power-bundle-${process.pid}`), { recursive: true })
})

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-power-'))
  api = await startHostApi(await createHostAuthority(), { address: '127.33.2.1' })
  api.desire(aDesiredHost())
  hostDir = hostDirOf(home, 'i-power')
  image = volumeFile(home, 'vol-power', 'image')
  spec = {
    home,
    instanceId: 'i-power',
    volumeId: 'vol-power',
    controlPlaneUrl: api.url,
    token: api.token,
    kafkaReleasesDir: join(home, 'no-kafka'),
    agentFile,
    pollWaitSeconds: 5,
  }
  for (const isolated of [true, false]) await makeVolume(home, spec.volumeId, isolated)
})

afterEach(async () => {
  await powerOffHost(hostDir)
  await api.stop().catch(() => undefined)
  await rm(home, { recursive: true, force: true })
})

const mounted = () => api.reported(({ volume }) => volume.state === 'Mounted')

async function expectNothingLeft(): Promise<void> {
  expect(await isPoweredOn(hostDir)).toBe(false)
  expect(await processesOfHost(hostDir)).toEqual([])
  expect(await isLocked(hostDir)).toBe(false)
  expect(await loopDevicesOf(image)).toEqual([])
}

const commandOf = async (processId: number): Promise<readonly string[]> =>
  (await readFile(`/proc/${processId}/cmdline`, 'utf8').catch(() => '')).split('\0')

it('bundles the agent into one file that needs Node and nothing else', async () => {
  const text = await readFile(agentFile, 'utf8')
  const imported = [...text.matchAll(/^import .* from "([^"]+)";$|\brequire\("([^"]+)"\)/gmu)].map(
    ([, from, required]) => (from ?? required ?? '').replace(/^node:/u, ''),
  )
  expect(imported).toContain('fs/promises')
  expect(imported.filter((name) => !builtinModules.includes(name))).toEqual([])
})

it.each(canIsolate() ? [true, false] : [false])(
  'leaves nothing when the plug is pulled, with namespaces: %s',
  async (isolated) => {
    await powerOnHost({ ...spec, isolated })
    expect(await isPoweredOn(hostDir)).toBe(true)
    const report = await mounted()
    expect(report.volume.fileSystem).toBe(isolated ? 'xfs' : 'directory')
    expect(await isLocked(hostDir)).toBe(true)
    await powerOffHost(hostDir)
    await expectNothingLeft()
    await powerOffHost(hostDir)
  },
)

it('comes on again with the same volume', async () => {
  await powerOnHost(spec)
  await mounted()
  await powerOffHost(hostDir)
  const since = api.reports.length
  await powerOnHost(spec)
  const report = await api.reported(({ volume }) => volume.state === 'Mounted', { since })
  expect(report.generation).toBe(2)
  expect(report.bootId).not.toBe(api.reports.at(0)?.bootId)
})

it.each(canIsolate() ? [true, false] : [false])(
  'goes down when its boot shall be over, wants to come on again and does so in another, with namespaces: %s',
  async (isolated) => {
    await powerOnHost({ ...spec, isolated })
    const { bootId } = await mounted()
    expect(await wantsReboot(hostDir)).toBe(false)
    api.desire(aDesiredHost({ revision: 2, retiredBootId: bootId }))
    await expect.poll(() => wantsReboot(hostDir), { interval: 20, timeout: 15_000 }).toBe(true)
    const since = api.reports.length
    await powerOnHost({ ...spec, isolated })
    expect(await wantsReboot(hostDir)).toBe(false)
    const report = await api.reported(({ volume }) => volume.state === 'Mounted', { since })
    expect(report.bootId).not.toBe(bootId)
    expect(await isPoweredOn(hostDir)).toBe(true)
    await powerOffHost(hostDir)
    await expectNothingLeft()
    expect(await wantsReboot(hostDir)).toBe(false)
  },
)

it('is one host however often it is switched on', async () => {
  await Promise.all([powerOnHost(spec), powerOnHost(spec), powerOnHost(spec)])
  await mounted()
  const commands = await Promise.all(listProcesses().map(({ processId }) => commandOf(processId)))
  const { configFile } = hostFolder(hostDir)
  const agents = commands.filter(([program, , config]) => program === process.execPath && config === configFile)
  expect(agents).toHaveLength(1)
})

it('finds a control plane that has moved while the host was on', async () => {
  await powerOnHost(spec)
  await mounted()
  const elsewhere = await startHostApi(await createHostAuthority(), { address: '127.33.2.2' })
  elsewhere.desire(aDesiredHost())
  await api.stop()
  await powerOnHost({ ...spec, controlPlaneUrl: elsewhere.url })
  // It knows nothing of this host's generation, so whichever call comes first is the last.
  await expect.poll(() => elsewhere.calls, { interval: 10, timeout: 15_000 }).not.toEqual([])
  await elsewhere.stop()
})

describe('kill -9', () => {
  /** A process of its own that switches the host on and then sits there. */
  async function starter(): Promise<ChildProcess> {
    const script = join(home, 'starter.ts')
    await writeFile(
      script,
      `import { powerOnHost } from ${JSON.stringify(join(import.meta.dirname, '../../local/hosts/power-on.ts'))}
       process.stdout.write('starting\\n')
       await powerOnHost(${JSON.stringify(spec)})
       process.stdout.write('on\\n')
       setInterval(() => undefined, 1000)`,
    )
    return spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
  }

  async function said(child: ChildProcess, word: string): Promise<void> {
    let text = ''
    for await (const chunk of child.stdout ?? []) {
      text += String(chunk)
      if (text.includes(word)) return
    }
    throw new Error(`the starter ended and said ${text}`)
  }

  it('of the starter does not disturb the host', async () => {
    const child = await starter()
    await said(child, 'on')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await mounted()
    expect(await isPoweredOn(hostDir)).toBe(true)
    await powerOffHost(hostDir)
    await expectNothingLeft()
  })

  it('of the starter in the midst of the start leaves a host that can be switched on and off', async () => {
    const child = await starter()
    await said(child, 'starting')
    child.kill('SIGKILL')
    await once(child, 'exit')
    await powerOnHost(spec)
    await mounted()
    await powerOffHost(hostDir)
    await expectNothingLeft()
  })

  it.runIf(canIsolate())('of the head takes everything with it', async () => {
    await powerOnHost(spec)
    await mounted()
    const head = await headOfHost(hostDir)
    process.kill(head?.processId ?? 0, 'SIGKILL')
    await powerOffHost(hostDir)
    await expectNothingLeft()
  })

  it('of the head of a host without namespaces leaves processes, which switching off ends', async () => {
    await powerOnHost({ ...spec, isolated: false })
    await mounted()
    const head = await headOfHost(hostDir)
    process.kill(head?.processId ?? 0, 'SIGKILL')
    await expect.poll(() => isPoweredOn(hostDir), { interval: 5 }).toBe(false)
    expect(await processesOfHost(hostDir)).not.toEqual([])
    await powerOnHost({ ...spec, isolated: false })
    expect(await isPoweredOn(hostDir)).toBe(true)
    const again = await headOfHost(hostDir)
    process.kill(again?.processId ?? 0, 'SIGKILL')
    await powerOffHost(hostDir)
    await expectNothingLeft()
  })
})

it('goes off by itself, and is not started again, when a newer process has taken over the host', async () => {
  await powerOnHost(spec)
  await mounted()
  api.behave('stale')
  await expect.poll(() => isPoweredOn(hostDir), { interval: 20, timeout: 15_000 }).toBe(false)
  await powerOffHost(hostDir)
  await expectNothingLeft()
  expect(api.generation()).toBe(1)
})

it('never ends a process that has got the number of a host', async () => {
  const innocent = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
  try {
    await once(innocent, 'spawn')
    const found = processAt(innocent.pid ?? 0)
    await mkdir(hostDir, { recursive: true })
    await writeFile(hostFolder(hostDir).powerFile, `${found?.processId} ${(found?.startTicks ?? 0) - 1}\n`)
    expect(await isPoweredOn(hostDir)).toBe(false)
    await powerOffHost(hostDir)
    expect(innocent.exitCode).toBeNull()
    expect(processAt(innocent.pid ?? 0)).toEqual(found)
  } finally {
    innocent.kill('SIGKILL')
  }
})
