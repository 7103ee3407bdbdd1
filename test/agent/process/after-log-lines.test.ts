import { expect, it } from 'vitest'
import { afterLogLines } from '../../../agent/process/after-log-lines.ts'
import { noProcess as absent, afterStopAsked, type ProcessRecord } from '../../../agent/process/process-record.ts'

const noProcess = absent('boot-1')

const starting: ProcessRecord = {
  ...noProcess,
  state: 'Starting',
  identity: { processId: 7, startTicks: 70 },
  exitCount: 2,
  failures: 2,
}
const recovers =
  '[2026-11-21T22:33:53.963Z] INFO Recovering 40 logs from /v/data since no clean shutdown file was found (kafka.log.LogManager)'
const loaded = (done: number): string =>
  `[2026-11-21T22:33:54.000Z] INFO [LogLoader partition=t-${done}, dir=/v/data] Completed load of Log(dir=/v/data/t-${done}) with 1 segments in 9ms (${done}/40 completed in /v/data) (kafka.log.LogManager)`
const allLoaded = '[2026-11-21T22:33:54.000Z] INFO Loaded 40 logs in 1234ms (kafka.log.LogManager)'
const startedLine =
  '[2026-11-21T22:33:54.079Z] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)'

it('is Recovering, and counts the logs that are left, until all are whole', () => {
  const recovering = afterLogLines(starting, [recovers, loaded(1), loaded(3)], 1000)
  expect(recovering).toMatchObject({ state: 'Recovering', remainingLogs: 37, exitCount: 2 })
  const whole = afterLogLines(recovering, [loaded(40), allLoaded], 2000)
  expect(whole.state).toBe('Starting')
  expect(whole.remainingLogs).toBeUndefined()
})

it('forgets the unwanted ends once Kafka serves, but not how long to wait after the next', () => {
  const serving = afterLogLines(starting, [allLoaded, startedLine], 2000)
  expect(serving).toMatchObject({ state: 'Running', servingSince: 2000, exitCount: 0, failures: 2 })
})

it('stays Stopping once it was asked to stop, whatever Kafka still says', () => {
  const stopping = afterStopAsked(starting, 1000)
  expect(afterLogLines(stopping, [recovers, startedLine], 2000)).toEqual(stopping)
})

it('keeps the moment since which Kafka serves when the log is read again', () => {
  const serving = afterLogLines(starting, [recovers, startedLine], 1000)
  expect(afterLogLines(serving, [recovers, startedLine], 9000).servingSince).toBe(1000)
})
