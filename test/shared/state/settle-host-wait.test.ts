import { describe, expect, it } from 'vitest'
import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import type { HostReport } from '../../../shared/host-protocol/report.ts'
import { leastTotalBytes } from '../../../shared/host-protocol/volume-size.ts'
import type { HostCondition, HostRecord } from '../../../shared/records/host.ts'
import { judgeHostWait, type WaitVerdict } from '../../../shared/state/settle-host-wait.ts'

const REVISION = 2

const desired: DesiredHost = {
  generation: 1,
  revision: REVISION,
  clusterId: 'clu_1',
  nodeId: 1,
  roles: ['broker'],
  address: '10.0.0.1',
  zone: 'az-1',
  volumeGiB: 2,
  instanceType: 'r2a.2xlarge',
  certificateNonce: 1,
  kafka: {
    version: '3.7.1',
    metadataVersion: '3.7',
    clusterUuid: 'uuid',
    voters: [{ nodeId: 1, host: '10.0.0.1' }],
    brokerCount: 1,
    config: {},
    processState: 'Running',
    restartNonce: 5,
  },
}

const report: HostReport = {
  generation: 1,
  bootId: 'boot',
  agentVersion: '1',
  observedRevision: REVISION,
  volume: { state: 'Mounted', totalBytes: leastTotalBytes(2) },
  formatted: true,
  process: { state: 'Running', exitCount: 0, restartNonce: 5 },
  logLines: [],
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, second)).toISOString()

function verdict(
  condition: HostCondition,
  patch: Partial<HostReport>,
  wish: Partial<DesiredHost> = {},
  reportedAt = at(30),
): WaitVerdict {
  const wait = { taskToken: 't', operationId: 'op_1', attempt: 1, step: 'step', condition, revision: REVISION }
  const [wanted, observed] = [
    { ...desired, ...wish },
    { ...report, ...patch },
  ]
  const host: HostRecord = { nodeId: 1, generation: 1, desired: wanted, observed, reportedAt }
  return judgeHostWait(host, { ...wait, since: at(20) })
}

const judged = (condition: HostCondition, patch: Partial<HostReport>, reportedAt?: string): string =>
  verdict(condition, patch, {}, reportedAt).kind

const crashed = (restartNonce: number, endedAt = at(25)): HostReport['process'] => ({
  state: 'CrashLooping',
  exitCount: 3,
  restartNonce,
  lastExit: { code: 1, signal: null, at: endedAt },
})

it('of a wait for a stop says at which moment Kafka stops with the others', () => {
  const kafka = { ...desired.kafka, processState: 'Stopped', stopAt: at(50) } as const
  const stopping = verdict('Stopped', { observedRevision: REVISION - 1 }, { kafka })
  expect(stopping).toMatchObject({ kind: 'waiting', reason: expect.stringContaining(`stops at ${at(50)}, together`) })
})

describe("a wait for Kafka's check of a configuration", () => {
  it('ends with the verdict on the awaited revision, and one on an older says nothing', () => {
    expect(judged('Preflighted', {})).toBe('waiting')
    expect(judged('Preflighted', { preflight: { revision: REVISION - 1, refused: 'of the one before' } })).toBe(
      'waiting',
    )
    expect(judged('Preflighted', { preflight: { revision: REVISION } })).toBe('reached')
    expect(verdict('Preflighted', { preflight: { revision: REVISION, refused: 'Invalid value' } })).toEqual({
      kind: 'failed',
      code: 'CONFIG_REFUSED',
      detail: 'Kafka refuses the configuration: Invalid value',
    })
  })

  it('names the release that is to come where that is what cannot be started', () => {
    const wish = { kafka: { ...desired.kafka, candidateVersion: '4.3.1' } } as const
    expect(verdict('Preflighted', { preflight: { revision: REVISION, refused: 'no such jars' } }, wish)).toEqual({
      kind: 'failed',
      code: 'RELEASE_REFUSED',
      detail: 'Kafka 4.3.1 cannot be started on node 1: no such jars',
    })
  })

  it('makes no other wait fail', () => {
    expect(judged('Running', { preflight: { revision: REVISION, refused: 'Invalid value' } })).toBe('reached')
  })
})

describe('a wait for growth', () => {
  it('ends when the revision is in force and the file system has the size, and not by one of them', () => {
    expect(judged('Grown', {})).toBe('reached')
    expect(judged('Grown', { observedRevision: 1 })).toBe('waiting')
    expect(judged('Grown', { volume: { state: 'Mounted', totalBytes: leastTotalBytes(2) - 1 } })).toBe('waiting')
    expect(judged('Grown', { generation: 0 })).toBe('waiting')
  })

  it('bears Kafka that ends for want of room, and ends when the volume itself has failed', () => {
    expect(judged('Grown', { observedRevision: 1, process: crashed(5) })).toBe('waiting')
    const problem = { code: 'VOLUME_FAILED', detail: 'no room', terminal: true } as const
    expect(judged('Grown', { observedRevision: 1, process: crashed(5), problem })).toBe('failed')
  })
})

describe('a wait for Kafka', () => {
  it('fails on a crash loop of the start that is awaited, not on one of an earlier start', () => {
    expect(judged('Running', { process: crashed(5) })).toBe('failed')
    expect(judged('Running', { process: crashed(4) })).toBe('waiting')
  })
})

describe('a wait for Kafka that does not get on', () => {
  const later = (minutes: number) => new Date(Date.parse(at(20)) + minutes * 60_000).toISOString()
  const process = (state: 'Starting' | 'Recovering', restartNonce = 5) =>
    ({ process: { state, exitCount: 0, restartNonce, startedAt: at(25) } }) as const

  it('fails when Kafka has been starting for more than 15 minutes', () => {
    expect(judged('Running', process('Starting'), later(15))).toBe('waiting')
    expect(judged('Running', process('Starting'), later(16))).toBe('failed')
  })

  it('goes on however long Kafka recovers its logs, and while it is an earlier start that hangs', () => {
    expect(judged('Running', process('Recovering'), later(600))).toBe('waiting')
    expect(judged('Running', process('Starting', 4), later(600))).toBe('waiting')
  })

  it('gets the time anew when it is taken up again', () => {
    const begun = { process: { state: 'Starting', exitCount: 0, restartNonce: 5, startedAt: later(-60) } } as const
    expect(judged('Running', begun, later(15))).toBe('waiting')
    expect(judged('Running', begun, later(16))).toBe('failed')
  })
})

describe('a wait that was taken up again', () => {
  const problem = { code: 'VOLUME_FAILED', detail: 'the disk is gone', terminal: true } as const
  const process = { state: 'Absent', exitCount: 0 } as const

  it('does not fail by what the host had said before, and does when it says so again', () => {
    expect(judged('Running', { process, problem }, at(19))).toBe('waiting')
    expect(judged('Running', { process, problem }, at(20))).toBe('failed')
  })

  it('does not fail by ends of Kafka from before, however often they are reported, and does by the next one', () => {
    expect(judged('Running', { process: crashed(5, at(19)) })).toBe('waiting')
    expect(judged('Running', { process: crashed(5, at(21)) })).toBe('failed')
  })

  it('still ends by a report from before that says that all is well', () => {
    expect(judged('Running', {}, at(10))).toBe('reached')
  })
})

describe('a wait for a reboot', () => {
  const rebooting = (patch: Partial<HostReport>) => verdict('Rebooted', patch, { retiredBootId: 'boot' })

  it('ends when Kafka runs in another boot, and not by one of them', () => {
    expect(rebooting({ bootId: 'boot-2' }).kind).toBe('reached')
    expect(rebooting({}).kind).toBe('waiting')
    expect(rebooting({ bootId: 'boot-2', process: { state: 'Starting', exitCount: 0 } }).kind).toBe('waiting')
    expect(rebooting({ bootId: 'boot-2', observedRevision: REVISION - 1 }).kind).toBe('waiting')
    expect(rebooting({ bootId: 'boot-2', generation: 0 }).kind).toBe('waiting')
    expect(verdict('Rebooted', { bootId: 'boot-2' }).kind).toBe('waiting')
  })

  it('comes to HOST_NOT_BACK while the machine is away, and not for a Kafka that takes its time on one that is back', () => {
    expect(rebooting({ process: { state: 'Stopped', exitCount: 0 } })).toMatchObject({
      code: 'HOST_NOT_BACK',
      reason: expect.stringMatching(/last heard of at .*Kafka is Stopped/),
    })
    expect(rebooting({ bootId: 'boot-2', process: { state: 'Recovering', exitCount: 0 } })).not.toHaveProperty('code')
  })

  it('fails when the host says that its machine does not go down', () => {
    const problem = { code: 'REBOOT_FAILED', detail: 'The machine still runs.', terminal: true } as const
    expect(rebooting({ problem })).toMatchObject({ kind: 'failed', code: 'HOST_FAILED' })
  })
})
