import { appendFile, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type KafkaProcess, openKafkaProcess } from '../../../agent/process/kafka-process.ts'
import { ProcessRecord } from '../../../agent/process/process-record.ts'
import { stateFile } from '../../../agent/state-file.ts'
import { systemClock } from '../../../agent/system-clock.ts'
import { createSimulatedOs, type SimulatedOs } from '../simulated-os.ts'

let folder: string
let os: SimulatedOs

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-process-'))
  os = createSimulatedOs()
})
afterEach(() => rm(folder, { recursive: true }))

const command = ['java', 'kafka.Kafka', '/state/server.properties']
const request = { command, kafkaVersion: '3.7.1', restartNonce: 4 }
const startedLine = '[2026-11-21T22:33:54.079Z] INFO [KafkaRaftServer nodeId=1] Kafka Server started (x)\n'

/** What an agent process does when it starts: everything it knows is in the folder. */
const open = (bootId = 'boot-1'): Promise<KafkaProcess> =>
  openKafkaProcess({
    bootId,
    os,
    clock: systemClock,
    recordFile: stateFile(join(folder, 'process.json'), ProcessRecord),
    logFile: join(folder, 'kafka.log'),
    outputFile: join(folder, 'kafka.out'),
    mark: ['kafka.Kafka', '/state/server.properties'],
    onChange: () => undefined,
  })

/** Lets the process be looked at once. */
const look = (kafka: KafkaProcess): Promise<boolean> => kafka.ended(0)

it('follows the log of this start only, and learns from it when Kafka serves', async () => {
  await appendFile(join(folder, 'kafka.log'), `old\n${startedLine}`)
  const kafka = await open()
  await kafka.start(request)
  await look(kafka)
  expect(kafka.record()).toMatchObject({ state: 'Starting', restartNonce: 4, kafkaVersion: '3.7.1' })
  await appendFile(join(folder, 'kafka.log'), startedLine)
  await look(kafka)
  expect(kafka.record().state).toBe('Running')
  expect(await kafka.lastLines()).toEqual([startedLine.trim()])
})

it('is adopted by the next agent with its state, its history and its last words', async () => {
  const first = await open()
  await first.start(request)
  await appendFile(join(folder, 'kafka.log'), startedLine)
  await look(first)
  const second = await open()
  await look(second)
  expect(second.record()).toEqual(first.record())
  expect(await second.lastLines()).toEqual([startedLine.trim()])
  expect(os.launches).toHaveLength(1)
})

it('is seen to serve by the next agent although no agent was there when it began to', async () => {
  await (await open()).start(request)
  await appendFile(join(folder, 'kafka.log'), startedLine)
  const second = await open()
  await look(second)
  expect(second.record().state).toBe('Running')
})

it('has ended in an unknown way when it ended while no agent was there', async () => {
  await (await open()).start(request)
  os.end({ code: 1, signal: null })
  const second = await open()
  await look(second)
  expect(second.record()).toMatchObject({ state: 'BackingOff', exitCount: 1, lastExit: { code: null, signal: null } })
})

it('is not mistaken for another process that has got its number', async () => {
  await (await open()).start(request)
  const [identity] = os.living()
  os.isAlive = (asked) => asked.startTicks === (identity?.startTicks ?? 0) + 1
  const second = await open()
  await look(second)
  expect(second.record().state).toBe('BackingOff')
})

it('is found, and not started twice, when the agent died before it could write down its start', async () => {
  const stray = os.spawnForeign([...command, 'more'])
  const kafka = await open()
  await kafka.start(request)
  expect(os.launches).toEqual([])
  expect(kafka.record()).toMatchObject({ state: 'Starting', identity: stray })
})

it('tells how it ended when this agent started it', async () => {
  const kafka = await open()
  await kafka.start(request)
  os.end({ code: null, signal: 'SIGKILL' })
  expect(await kafka.ended(5000)).toBe(true)
  expect(kafka.record().lastExit).toMatchObject({ code: null, signal: 'SIGKILL' })
})

it('is Stopping from the moment it is asked to end, and Stopped when it has', async () => {
  os = createSimulatedOs({ ignoresTerm: true })
  const kafka = await open()
  await kafka.start(request)
  await kafka.terminate()
  await look(kafka)
  expect(kafka.record().state).toBe('Stopping')
  expect(os.signals).toEqual(['SIGTERM'])
  os.end({ code: 143, signal: null })
  expect(await kafka.ended(5000)).toBe(true)
  expect(kafka.record()).toMatchObject({ state: 'Stopped', exitCount: 0 })
})

it('is simply absent after the host was switched off and on, whatever happened before', async () => {
  await (await open()).start(request)
  os.end({ code: 1, signal: null })
  const second = await open('boot-2')
  await look(second)
  expect(second.record()).toEqual({ bootId: 'boot-2', state: 'Absent', exitCount: 0, failures: 0 })
})
