import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AgentEnd, runAgent } from '../../agent/agent.ts'
import { AgentConfig } from '../../agent/config.ts'
import { bearerTokenFile } from '../../agent/control-plane/credentials.ts'
import { createHostApi } from '../../agent/control-plane/host-api.ts'
import { systemClock } from '../../agent/system-clock.ts'
import type { HostReport } from '../../shared/host-protocol/report.ts'
import { aDesiredHost } from './desired-host.ts'
import { type HostApiServer, startHostApi } from './host-api-server.ts'
import { createHostAuthority } from './host-authority.ts'
import { createSimulatedOs, type SimulatedOs } from './simulated-os.ts'

let folder: string
let server: HostApiServer
let os: SimulatedOs
let config: AgentConfig
let reboots: { readonly bootId: string; readonly living: number }[]
let running: { readonly stop: AbortController; readonly end: Promise<AgentEnd> }[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-agent-'))
  server = await startHostApi(await createHostAuthority(), { address: '127.33.9.1' })
  os = createSimulatedOs()
  reboots = []
  running = []
  config = AgentConfig.parse({
    controlPlaneUrl: server.url,
    credentials: { kind: 'file', file: join(folder, 'token') },
    stateDir: join(folder, 'state'),
    logDir: join(folder, 'log'),
    tempDir: join(folder, 'tmp'),
    volume: { kind: 'directory', path: join(folder, 'volume') },
    kafkaReleasesDir: join(folder, 'kafka'),
    // Only its presence is looked at: processes are simulated, and the volume is formatted already.
    java: process.execPath,
    platform: 'local',
    pollWaitSeconds: 10,
  })
  await writeFile(join(folder, 'token'), server.token)
  await writeFormattedVolume()
})

afterEach(async () => {
  for (const { stop, end } of running) {
    stop.abort()
    await end
  }
  await server.stop().catch(() => undefined)
  await rm(folder, { recursive: true })
})

async function writeFormattedVolume(): Promise<void> {
  const { kafka, nodeId } = aDesiredHost()
  for (const name of ['data', 'metadata']) {
    await mkdir(join(folder, 'volume', name), { recursive: true })
    const lines = [
      '#',
      '#Sat Nov 21 22:33:48 UTC 2026',
      `node.id=${nodeId}`,
      'version=1',
      `cluster.id=${kafka.clusterUuid}`,
    ]
    await writeFile(join(folder, 'volume', name, 'meta.properties'), `${lines.join('\n')}\n`)
  }
  await mkdir(join(folder, 'kafka', '3.7.1'), { recursive: true })
  await writeFile(join(folder, 'kafka', '3.7.1', 'kafka_2.13-3.7.1.jar'), '')
}

/** Starts an agent process, as far as anybody outside can tell. */
function start(bootId = 'boot-1') {
  const stop = new AbortController()
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
  const api = createHostApi(async () => server.url, bearerTokenFile(join(folder, 'token')))
  const reboot = async () => void reboots.push({ bootId, living: os.living().length })
  const parts = { config, bootId, api, os, reboot, clock: systemClock, log: silent, random: () => 0 }
  const agent = { stop, end: runAgent(parts, stop.signal) }
  running.push(agent)
  return agent
}

const launched = (count: number) => expect.poll(() => os.launches.length, { interval: 5, timeout: 10_000 }).toBe(count)

it('makes the host what it shall be and reports what it then is', async () => {
  server.desire(aDesiredHost({ revision: 3 }))
  start()
  const report = await server.reported(({ observedRevision }) => observedRevision === 3)
  expect(report).toMatchObject({
    generation: 1,
    bootId: 'boot-1',
    volume: { state: 'Mounted', fileSystem: 'directory' },
    certificate: { nonce: 1 },
    formatted: true,
    process: { state: 'Starting', restartNonce: 0, exitCount: 0, kafkaVersion: '3.7.1' },
  })
  expect(os.launches).toHaveLength(1)
  expect(os.launches[0]).toContain('kafka.Kafka')
})

it('leaves Kafka running when it ends, and adopts it when it starts again', async () => {
  server.desire(aDesiredHost())
  const first = start()
  const before = await server.reported(({ observedRevision }) => observedRevision === 1)
  first.stop.abort()
  expect(await first.end).toBe('Told')
  expect(os.living()).toHaveLength(1)
  start()
  const after = await server.reported(({ generation, observedRevision }) => generation === 2 && observedRevision === 1)
  expect(after.process).toEqual(before.process)
  expect(os.launches).toHaveLength(1)
})

it('stops Kafka and ends when a newer process has taken over the host', async () => {
  server.desire(aDesiredHost())
  const agent = start()
  await server.reported(({ observedRevision }) => observedRevision === 1)
  server.behave('stale')
  expect(await agent.end).toBe('Stale')
  expect(os.signals).toEqual(['SIGTERM'])
  expect(os.living()).toEqual([])
})

it.each(['unauthorised', 'failing'] as const)('keeps Kafka running while the control plane is %s', async (mood) => {
  server.desire(aDesiredHost())
  server.nextReportSeconds = 0.05
  start()
  await server.reported(({ observedRevision }) => observedRevision === 1)
  const calls = server.calls.length
  server.behave(mood)
  await expect.poll(() => server.calls.length, { interval: 5, timeout: 15_000 }).toBeGreaterThan(calls + 2)
  expect(os.signals).toEqual([])
  const since = server.reports.length
  server.behave('well')
  await server.reported(({ process }) => process.state === 'Starting', { since })
})

it('makes the host what it last should be when it starts without a control plane', async () => {
  server.desire(aDesiredHost())
  const first = start()
  await server.reported(({ observedRevision }) => observedRevision === 1)
  first.stop.abort()
  await first.end
  os.end({ code: null, signal: 'SIGKILL' })
  await server.stop()
  start()
  await launched(2)
})

it('starts Kafka again when it ends unasked, and says how it ended', async () => {
  server.desire(aDesiredHost())
  start()
  await server.reported(({ observedRevision }) => observedRevision === 1)
  os.end({ code: 1, signal: null })
  const down = await server.reported(({ process }) => process.state === 'BackingOff')
  expect(down.process).toMatchObject({ exitCount: 1, lastExit: { code: 1, signal: null } })
  await launched(2)
})

it('reports a change at once and not only with the next heartbeat', async () => {
  server.nextReportSeconds = 3600
  server.desire(aDesiredHost())
  start()
  await server.reported(({ observedRevision }) => observedRevision === 1)
  server.desire(aDesiredHost({ revision: 2, kafka: { processState: 'Stopped' } }))
  await server.reported(({ observedRevision, process }) => observedRevision === 2 && process.state === 'Stopped')
})

it('names the setting that Weir keeps to itself when the configuration tries to set it', async () => {
  server.desire(aDesiredHost({ kafka: { config: { 'node.id': '9' } } }))
  start()
  const { problem, process } = await server.reported((report) => report.problem !== undefined)
  expect(problem).toMatchObject({ code: 'CONFIG_REFUSED', terminal: true })
  expect(problem?.detail).toContain('node.id')
  expect(process.state).toBe('Absent')
})

it('waits for a release that is not there yet', async () => {
  await rm(join(folder, 'kafka'), { recursive: true })
  server.desire(aDesiredHost())
  start()
  const { problem } = await server.reported((report) => report.problem !== undefined)
  expect(problem).toMatchObject({ code: 'RELEASE_MISSING', terminal: false })
  await mkdir(join(folder, 'kafka', '3.7.1'), { recursive: true })
  await writeFile(join(folder, 'kafka', '3.7.1', 'kafka_2.13-3.7.1.jar'), '')
  await launched(1)
})

describe('a wish that its boot be over', () => {
  const retired = (retiredBootId: string, revision = 2) => aDesiredHost({ revision, retiredBootId })
  const rebooted = () => expect.poll(() => reboots.length, { interval: 5, timeout: 10_000 }).toBeGreaterThan(0)

  /** Lets an agent die, as its machine does: nothing is left but the disk. */
  async function lose(agent: ReturnType<typeof start>): Promise<void> {
    agent.stop.abort()
    await agent.end
    if (os.living().length > 0) os.end({ code: null, signal: 'SIGKILL' })
  }

  async function serving(bootId?: string) {
    const agent = start(bootId)
    await server.reported(({ observedRevision }) => observedRevision === 1)
    return agent
  }

  it('reboots the machine when Kafka has stopped, and not before', async () => {
    os = createSimulatedOs({ ignoresTerm: true })
    server.desire(aDesiredHost())
    await serving()
    server.desire(retired('boot-1'))
    await server.reported(({ process }) => process.state === 'Stopping')
    expect(reboots).toEqual([])
    expect(os.signals).toEqual(['SIGTERM'])
    os.end({ code: 143, signal: null })
    await rebooted()
    expect(reboots[0]).toEqual({ bootId: 'boot-1', living: 0 })
  })

  it('is granted by another boot, in which Kafka starts and nothing is rebooted, however often it is read', async () => {
    server.desire(aDesiredHost())
    const first = await serving()
    server.desire(retired('boot-1'))
    await rebooted()
    await lose(first)
    const before = reboots.length
    const second = start('boot-2')
    const isBack = (generation: number) => (report: HostReport) =>
      report.generation === generation && report.observedRevision === 2
    expect(await server.reported(isBack(2))).toMatchObject({ bootId: 'boot-2', process: { state: 'Starting' } })
    await lose(second)
    server.desire(retired('boot-1', 3))
    start('boot-2')
    await server.reported(({ observedRevision }) => observedRevision === 3)
    expect(reboots).toHaveLength(before)
    expect(os.launches).toHaveLength(3)
  })

  it('is still granted when the agent died before it could reboot, also without a control plane', async () => {
    os = createSimulatedOs({ ignoresTerm: true })
    server.desire(aDesiredHost())
    const first = await serving()
    server.desire(retired('boot-1'))
    await expect.poll(() => os.signals, { interval: 5, timeout: 10_000 }).toEqual(['SIGTERM'])
    await lose(first)
    expect(reboots).toEqual([])
    await server.stop()
    start()
    await rebooted()
    expect(os.launches).toHaveLength(1)
  })

  it('is nothing when it names a boot of long ago', async () => {
    server.desire(aDesiredHost())
    await serving('boot-9')
    server.desire(retired('boot-1'))
    await server.reported(({ observedRevision }) => observedRevision === 2)
    expect(reboots).toEqual([])
    expect(os.signals).toEqual([])
  })
})

it('does not restart Kafka a second time for one wish, though Kafka ends by itself meanwhile', async () => {
  server.desire(aDesiredHost({ kafka: { restartNonce: 1 } }))
  start()
  await server.reported(({ observedRevision }) => observedRevision === 1)
  server.desire(aDesiredHost({ revision: 2, kafka: { restartNonce: 2 } }))
  await server.reported(({ observedRevision }) => observedRevision === 2)
  expect(os.launches).toHaveLength(2)
  os.end({ code: 1, signal: null })
  await launched(3)
  server.desire(aDesiredHost({ revision: 3, kafka: { restartNonce: 2 } }))
  await server.reported(({ observedRevision }) => observedRevision === 3)
  expect(os.launches).toHaveLength(3)
  expect(os.signals).toEqual(['SIGTERM'])
})
