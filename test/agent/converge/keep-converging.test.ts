import { expect, it } from 'vitest'
import { createBell } from '../../../agent/bell.ts'
import { ensureProcess } from '../../../agent/converge/ensure-process.ts'
import { keepConverging } from '../../../agent/converge/keep-converging.ts'
import type { Step } from '../../../agent/converge/step.ts'
import { afterStart, afterStopAsked, noProcess } from '../../../agent/process/process-record.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import type { DesiredHost } from '../../../shared/host-protocol/desired.ts'
import { aDesiredHost } from '../desired-host.ts'

const START = Date.UTC(2026, 10, 22, 20)
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined }
const ignore = async () => undefined

/** A host whose Kafka serves, with the moments, in milliseconds from the start, at which it was asked to end. */
function serving() {
  const clock = createVirtualClock(START)
  const bell = createBell(clock)
  const stop = new AbortController()
  const asked: number[] = []
  const started = { identity: { processId: 7, startTicks: 70 }, kafkaVersion: '3.7.1', restartNonce: 0 }
  let record = {
    ...afterStart(noProcess('boot-1'), { ...started, logStart: { inode: 1, offset: 0 } }, START),
    state: 'Running' as const,
  }
  let desired: DesiredHost = aDesiredHost()
  const kafka = {
    record: () => record,
    lastLines: async () => [],
    failures: async () => [],
    start: ignore,
    terminate: async () => {
      asked.push(clock.now() - START)
      record = { ...record, ...afterStopAsked(record, clock.now()), state: 'Running' }
    },
    kill: () => undefined,
    retryAtOnce: ignore,
    watch: ignore,
    ended: async () => false,
  }
  const policy = { stopTimeoutMilliseconds: 600_000, killAfterTimeout: false }
  const holding: Step = { name: 'holding', problemCode: 'PROCESS_FAILED', ensure: async () => ({ holds: true }) }
  const steps = {
    boot: holding,
    volume: holding,
    certificate: holding,
    release: holding,
    confined: holding,
    candidate: holding,
    config: holding,
    formatted: holding,
    process: ensureProcess({ kafka, clock, policy, command: () => [] }),
  }
  const host = { steps, desired: () => desired, concluded: () => undefined }
  const parts = { clock, log: SILENT, random: () => 0, bell, host, onPass: () => undefined }
  const end = keepConverging(parts, stop.signal)
  return {
    asked,
    hear: async (milliseconds: number, stopAtMilliseconds?: number) => {
      await clock.advance(milliseconds)
      const stopAt = stopAtMilliseconds === undefined ? undefined : new Date(START + stopAtMilliseconds).toISOString()
      desired = aDesiredHost({
        revision: 2,
        kafka: { processState: 'Stopped', ...(stopAt !== undefined && { stopAt }) },
      })
      bell.ring()
      await clock.advance(90_000)
      stop.abort()
      await end
    },
  }
}

it('stops Kafka exactly at the moment that was agreed on, whenever it has heard of it before', async () => {
  for (const heardAt of [0, 1, 4321, 17_999]) {
    const { asked, hear } = serving()
    await hear(heardAt, 18_000)
    expect(asked).toEqual([18_000])
  }
})

it.each([
  ['is past', 4000],
  ['is now', 5000],
  ['was not agreed on', undefined],
  ['is further ahead than any that is agreed on', 3_600_000],
])('stops Kafka at once where the moment %s', async (_, moment) => {
  const { asked, hear } = serving()
  await hear(5000, moment)
  expect(asked).toEqual([5000])
})
