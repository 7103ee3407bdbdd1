import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fetchKafka } from '../../agent/kafka/fetch.ts'
import { linux } from '../../agent/process/linux.ts'
import { bundleAgent } from '../../local/hosts/bundle-agent.ts'
import { hostFolder, volumeFile } from '../../local/hosts/host-spec.ts'
import { canIsolate } from '../../local/hosts/isolation.ts'
import { loopDevicesOf } from '../../local/hosts/loop-devices.ts'
import { makeVolume } from '../../local/hosts/make-volume.ts'
import { powerOffHost } from '../../local/hosts/power-off.ts'
import { powerOnHost } from '../../local/hosts/power-on.ts'
import { processesOfHost } from '../../local/hosts/power-state.ts'
import { KAFKA_VERSIONS } from '../../shared/catalogue/kafka-versions.ts'
import type { HostReport } from '../../shared/host-protocol/report.ts'
import { aDesiredHost, type DesiredOverrides } from '../agent/desired-host.ts'
import { type HostApiServer, startHostApi } from '../agent/host-api-server.ts'
import { createHostAuthority } from '../agent/host-authority.ts'

const bytesPerGiB = 1024 ** 3
const address = '127.33.1.1'
const volumeId = 'vol-system'

let home: string
let api: HostApiServer
let kafkaReleasesDir: string
let agentFile: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-host-'))
  api = await startHostApi(await createHostAuthority())
  kafkaReleasesDir = dirname(await fetchKafka('3.7.1'))
  agentFile = await bundleAgent(home)
})

afterAll(async () => {
  for (const instanceId of await readdir(join(home, 'hosts')).catch(() => [])) {
    await powerOffHost(join(home, 'hosts', instanceId))
  }
  await api.stop().catch(() => undefined)
  await rm(home, { recursive: true, force: true })
})

async function powerOn(instanceId: string, volume = volumeId): Promise<string> {
  await makeVolume(home, volume)
  return powerOnHost({
    home,
    instanceId,
    volumeId: volume,
    controlPlaneUrl: api.url,
    token: api.token,
    kafkaReleasesDir,
    agentFile,
    pollWaitSeconds: 5,
  })
}

const isRunning = (report: HostReport): boolean => report.process.state === 'Running'

/** Kafka waits for the session of a broker that was killed before it lets its successor in; nothing here is about how long. */
const SHORT_SESSION = { 'broker.session.timeout.ms': '2000', 'broker.heartbeat.interval.ms': '500' }

const wanted = ({ kafka, ...overrides }: DesiredOverrides) =>
  aDesiredHost({ address, ...overrides, kafka: { config: SHORT_SESSION, ...kafka } })

/** Reports from now on. */
const fromNow = (seconds = 90): { since: number; seconds: number } => ({ since: api.reports.length, seconds })

/** Kills the one process of this machine whose command line is so. */
async function kill(isIt: (command: readonly string[]) => boolean): Promise<void> {
  for (const name of (await readdir('/proc')).filter((entry) => /^\d+$/u.test(entry))) {
    const command = (await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (isIt(command)) return void process.kill(Number(name), 'SIGKILL')
  }
  throw new Error('there is no such process')
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 5000 })
    const end = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket
      .once('connect', () => end(true))
      .once('error', () => end(false))
      .once('timeout', () => end(false))
  })
}

describe('a host with a real Kafka', () => {
  let hostDir: string
  const killKafka = (): Promise<void> =>
    kill((command) => command.includes('kafka.Kafka') && command.some((argument) => argument.startsWith(hostDir)))
  const killAgent = (): Promise<void> =>
    kill(([program, , config]) => program === process.execPath && config === hostFolder(hostDir).configFile)

  it('comes up Running and says how big its volume is', async () => {
    api.desire(wanted({}))
    hostDir = await powerOn('i-first')
    const report = await api.reported(isRunning, { seconds: 90 })
    expect(report).toMatchObject({ observedRevision: 1, formatted: true, certificate: { nonce: 1 } })
    expect(report.process).toMatchObject({ kafkaVersion: '3.7.1', restartNonce: 0, exitCount: 0 })
    expect(report.logLines.at(-1)).toContain('Kafka Server started')
    expect(report.volume).toMatchObject({ state: 'Mounted', fileSystem: canIsolate() ? 'xfs' : 'directory' })
    if (canIsolate()) {
      expect(report.volume.totalBytes).toBeGreaterThan(0.9 * bytesPerGiB)
      expect(report.volume.totalBytes).toBeLessThanOrEqual(bytesPerGiB)
    }
    expect(await answers(9092)).toBe(true)
  })

  it('starts Kafka again after kill -9 of it', async () => {
    const before = (await api.reported(isRunning)).process
    const since = fromNow()
    await killKafka()
    const down = await api.reported(({ process }) => process.state === 'BackingOff', since)
    expect(down.process).toMatchObject({ exitCount: 1, lastExit: { code: null, signal: 'SIGKILL' } })
    const up = await api.reported((r) => isRunning(r) && r.process.processId !== before.processId, since)
    expect(up.process.exitCount).toBe(0)
  })

  it('adopts the running Kafka when the agent is killed', async () => {
    const before = (await api.reported(isRunning, { since: api.reports.length - 1 })).process
    const since = fromNow()
    await killAgent()
    const report = await api.reported(({ generation }) => generation === 2, since)
    expect(report.process).toMatchObject({ state: 'Running', processId: before.processId, startedAt: before.startedAt })
  })

  it('keeps Kafka serving without a control plane, even when agent and Kafka are killed meanwhile', async () => {
    const since = fromNow()
    await api.stop()
    await killAgent()
    expect(await answers(9092)).toBe(true)
    await killKafka()
    await expect.poll(() => answers(9092), { timeout: 90_000, interval: 200 }).toBe(true)
    expect(api.reports.length).toBe(since.since)
    await api.start()
    expect((await api.reported(isRunning, since)).generation).toBe(3)
  })

  it.runIf(canIsolate())('grows the volume while Kafka runs on it', async () => {
    const since = fromNow()
    api.desire(wanted({ revision: 2, volumeGiB: 2 }))
    const grown = await api.reported((report) => report.observedRevision === 2, since)
    expect(grown.volume.totalBytes).toBeGreaterThan(1.9 * bytesPerGiB)
    expect(grown.process.state).toBe('Running')
    expect(grown.process.processId).toBe(api.reports.at(since.since - 1)?.process.processId)
  })

  it.runIf(canIsolate())('refuses a volume that the disk cannot hold and serves on', async () => {
    const since = fromNow()
    api.desire(wanted({ revision: 3, volumeGiB: 16_384 }))
    const refused = await api.reported(({ problem }) => problem !== undefined, since)
    expect(refused.problem).toMatchObject({ code: 'VOLUME_FAILED', terminal: true })
    expect(refused.problem?.detail).toMatch(/a volume of 16384 GiB needs .* GiB more, but .* has .* GiB free/u)
    expect(refused).toMatchObject({ observedRevision: 2, process: { state: 'Running' } })
  })

  it('restarts Kafka in an orderly way for a new restart nonce', async () => {
    const since = fromNow()
    const volumeGiB = canIsolate() ? 2 : 1
    api.desire(wanted({ revision: 4, volumeGiB, kafka: { restartNonce: 1 } }))
    await api.reported(({ process }) => process.state === 'Stopping', since)
    const up = await api.reported((report) => isRunning(report) && report.process.restartNonce === 1, since)
    expect(up).toMatchObject({ observedRevision: 4, process: { exitCount: 0, lastExit: { signal: null } } })
    expect(up.problem).toBeUndefined()
    const log = await readFile(join(hostFolder(hostDir).logDir, 'kafka.log'), 'utf8')
    expect(log).toContain('shut down completed')
  })

  it('stops Kafka when it shall be stopped', async () => {
    const since = fromNow()
    const volumeGiB = canIsolate() ? 2 : 1
    api.desire(wanted({ revision: 5, volumeGiB, kafka: { restartNonce: 1, processState: 'Stopped' } }))
    const report = await api.reported((seen) => seen.observedRevision === 5, since)
    expect(report.process.state).toBe('Stopped')
    expect(await answers(9092)).toBe(false)
  })

  it('leaves no process, no mount and no loop device when it is switched off while Kafka runs', async () => {
    const since = fromNow()
    api.desire(wanted({ revision: 6, volumeGiB: canIsolate() ? 2 : 1, kafka: { restartNonce: 1 } }))
    await api.reported(isRunning, since)
    if (canIsolate()) expect(await loopDevicesOf(volumeFile(home, volumeId, 'image'))).toHaveLength(1)
    await powerOffHost(hostDir)
    expect(await processesOfHost(hostDir)).toEqual([])
    expect(
      linux.find(['kafka.Kafka', join(hostFolder(hostDir).stateDir, 'kafka', 'server.properties')]),
    ).toBeUndefined()
    expect(await loopDevicesOf(volumeFile(home, volumeId, 'image'))).toEqual([])
    expect(await mountsUnder(home)).toEqual([])
    expect(await answers(9092)).toBe(false)
  })

  it('hands its volume over to another host with everything on it', async () => {
    const since = fromNow()
    api.desire(wanted({ revision: 7, volumeGiB: canIsolate() ? 2 : 1 }))
    hostDir = await powerOn('i-second')
    const report = await api.reported(isRunning, since)
    expect(await logDirectoryIds(hostDir)).toEqual(await logDirectoryIds(join(home, 'hosts', 'i-first')))
    if (canIsolate()) expect(report.volume.totalBytes).toBeGreaterThan(1.9 * bytesPerGiB)
    await powerOffHost(hostDir, { gracefulSeconds: 60 })
    expect(await readFile(join(hostFolder(hostDir).logDir, 'kafka.log'), 'utf8')).toContain('shut down completed')
  })

  it("refuses the volume of another cluster in Kafka's own words", async () => {
    const since = fromNow()
    api.desire(wanted({ revision: 8, volumeGiB: 2, kafka: { clusterUuid: 'YW5vdGhlcmNsdXN0ZXIwMQ' } }))
    hostDir = await powerOn('i-third')
    const report = await api.reported(({ problem }) => problem?.code === 'FORMAT_FAILED', since)
    expect(report.problem?.terminal).toBe(true)
    expect(report.problem?.detail).toMatch(/cluster/iu)
    expect(report.process.state).toBe('Absent')
    await powerOffHost(hostDir)
  })
})

describe('a host whose Kafka dies at once', () => {
  it("is CrashLooping with Kafka's last words, and Running once the cause is gone", async () => {
    const since = fromNow(120)
    const squatter = createServer()
    await new Promise<void>((resolve) => squatter.listen(9093, address, resolve))
    api.desire(wanted({ revision: 9, roles: ['controller'] }))
    const hostDir = await powerOn('i-crashing', 'vol-crashing')
    const report = await api.reported(({ process }) => process.state === 'CrashLooping', since)
    expect(report.process.exitCount).toBe(3)
    expect(report.problem).toMatchObject({ code: 'PROCESS_FAILED', terminal: false })
    expect(report.problem?.detail).toContain('Address already in use')
    expect(report.logLines.join('\n')).toContain('Address already in use')
    await new Promise((resolve) => squatter.close(resolve))
    const healed = await api.reported(isRunning, since)
    expect(healed.process.exitCount).toBe(0)
    expect(healed.problem).toBeUndefined()
    await powerOffHost(hostDir)
  })
})

describe.each(['3.9.2', '4.3.1'] as const)('a host with Kafka %s', (version) => {
  it('comes up Running and is switched off without a trace', async () => {
    const since = fromNow()
    await fetchKafka(version)
    const { metadataVersion } = KAFKA_VERSIONS[version]
    const revision = Number(version.split('.')[0]) * 10
    api.desire(wanted({ address: '127.33.1.2', revision, kafka: { version, metadataVersion } }))
    const hostDir = await powerOn(`i-${version}`, `vol-${version}`)
    const report = await api.reported(isRunning, since)
    expect(report).toMatchObject({ observedRevision: revision, process: { kafkaVersion: version } })
    await powerOffHost(hostDir)
    expect(await processesOfHost(hostDir)).toEqual([])
  })
})

/** The ids of Kafka's log directories, which are made when they are formatted and never again. */
async function logDirectoryIds(hostDir: string): Promise<readonly string[]> {
  const log = await readFile(join(hostFolder(hostDir).logDir, 'kafka.log'), 'utf8')
  const ids = [...log.matchAll(/RegisterBrokerRecord\(.*logDirs=\[([^\]]+)\]/gu)].map(([, id = '']) => id)
  expect(ids.length).toBeGreaterThan(0)
  return [...new Set(ids)]
}

/** Mounts under a folder in any mount namespace of this machine. */
async function mountsUnder(folder: string): Promise<readonly string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name))
  const tables = await Promise.all(processes.map((name) => readFile(`/proc/${name}/mounts`, 'utf8').catch(() => '')))
  return [...new Set(tables.flatMap((table) => table.split('\n')).filter((line) => line.includes(folder)))]
}
