import { chmod, lstat, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureConfined } from '../../../agent/converge/ensure-confined.ts'
import { afterStart, noProcess } from '../../../agent/process/process-record.ts'
import { aDesiredHost } from '../desired-host.ts'

const user = { uid: 9092, gid: 9092 }
const stopped = noProcess('boot')
const identity = { processId: 7, startTicks: 7 }
const started = { identity, kafkaVersion: '3.7.1', restartNonce: 0, logStart: { inode: 0, offset: 0 } }
const running = afterStart(stopped, started, 0)

let folder: string
let closed: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-confined-'))
  await chmod(folder, 0o711)
  closed = 0
})
afterEach(() => rm(folder, { recursive: true }))

const path = (name: string) => join(folder, name)
const owner = async (name: string) => (await lstat(path(name))).uid

function step({ record = stopped, closeMetadata = async () => void closed++, ...others } = {}, withUser = true) {
  return ensureConfined({
    user: withUser ? user : undefined,
    kafka: { record: () => record },
    dataDir: path('volume'),
    written: [path('log')],
    read: [path('releases')],
    closeMetadata,
    ...others,
  }).ensure(aDesiredHost())
}

it('changes nothing on a host whose Kafka runs as whoever runs the agent', async () => {
  expect(await step({}, false)).toEqual({ holds: true })
  expect(closed).toBe(0)
  await expect(lstat(path('log'))).rejects.toThrow('ENOENT')
})

it('does not hold where the credentials of the machine cannot be closed', async () => {
  const closeMetadata = async () => {
    throw new Error('there are no rules here')
  }
  await expect(step({ closeMetadata })).rejects.toThrow('there are no rules here')
})

describe.runIf(process.geteuid?.() === 0)('on a host whose Kafka has a user of its own', () => {
  beforeEach(() => mkdir(path('releases')))

  it('gives the user what it writes, and closes the credentials in every pass', async () => {
    expect(await step()).toEqual({ holds: true })
    expect([await owner('volume'), await owner('log'), await owner('releases')]).toEqual([9092, 9092, 0])
    await step({ record: running })
    expect(closed).toBe(2)
  })

  it('leaves the volume of a Kafka that runs alone', async () => {
    await mkdir(path('volume'))
    expect(await step({ record: running })).toEqual({ holds: true })
    expect(await owner('volume')).toBe(0)
  })

  it('names the folder that the user does not reach', async () => {
    await chmod(path('releases'), 0o700)
    await expect(step()).rejects.toThrow(`the user 9092 that Kafka shall run as does not reach ${path('releases')}`)
  })
})
