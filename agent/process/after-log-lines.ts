import { readLogLine } from '../../shared/kafka/log-markers.ts'
import type { ProcessRecord } from './process-record.ts'

/** Kafka has logged something. Serving wipes out the unwanted ends before it; a process that was asked to end is Stopping whatever it says. */
export function afterLogLines(record: ProcessRecord, lines: readonly string[], now: number): ProcessRecord {
  return lines.reduce((before, line) => afterLogLine(before, line, now), record)
}

function afterLogLine(record: ProcessRecord, line: string, now: number): ProcessRecord {
  const signal = readLogLine(line)
  if (signal === undefined) return record
  if (signal.kind === 'recovery') {
    return record.state === 'Recovering' ? { ...record, remainingLogs: signal.remainingLogs } : record
  }
  if (record.stopAskedAt !== undefined) return record
  const { remainingLogs: _done, ...rest } = record
  if (signal.state === 'Recovering') return { ...record, state: 'Recovering' }
  if (signal.state !== 'Running') return { ...rest, state: signal.state }
  return { ...rest, state: 'Running', exitCount: 0, servingSince: record.servingSince ?? now }
}
