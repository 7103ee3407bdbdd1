import type { DesiredHost } from '../../shared/host-protocol/desired.ts'
import type { HostProblem, HostReport, PreflightVerdict } from '../../shared/host-protocol/report.ts'
import type { ProcessRecord } from '../process/process-record.ts'
import type { NodeCertificate } from '../tls/node-certificate.ts'

/** Everything a report is made of. */
export interface Observation {
  readonly generation: number
  readonly bootId: string
  readonly agentVersion: string
  readonly observedRevision: number
  readonly volume: HostReport['volume']
  readonly certificate: NodeCertificate | undefined
  readonly formatted: boolean
  readonly process: ProcessRecord
  readonly problem: HostProblem | undefined
  readonly preflight: PreflightVerdict | undefined
  readonly logLines: readonly string[]
  readonly desired: DesiredHost | undefined
}

/** Puts what was observed into the words of the protocol. */
export function buildReport(seen: Observation): HostReport {
  const { certificate, process, problem, preflight } = seen
  return {
    generation: seen.generation,
    bootId: seen.bootId,
    agentVersion: seen.agentVersion,
    observedRevision: seen.observedRevision,
    volume: seen.volume,
    formatted: seen.formatted,
    process: reportedProcess(process, seen.desired),
    logLines: [...seen.logLines],
    ...(certificate === undefined
      ? {}
      : { certificate: { nonce: certificate.nonce, notAfter: certificate.notAfter.toISOString() } }),
    ...(problem === undefined ? {} : { problem }),
    ...(preflight === undefined ? {} : { preflight }),
  }
}

function reportedProcess(record: ProcessRecord, desired: DesiredHost | undefined): HostReport['process'] {
  const { identity, startedAt, kafkaVersion, restartNonce, lastExit, remainingLogs } = record
  const isAtRest = identity === undefined && record.state !== 'Absent' && desired?.kafka.processState === 'Stopped'
  return {
    // A process that failed and shall not run any more is simply stopped.
    state: isAtRest ? 'Stopped' : record.state,
    exitCount: record.exitCount,
    ...(identity === undefined ? {} : { processId: identity.processId }),
    ...(startedAt === undefined ? {} : { startedAt: new Date(startedAt).toISOString() }),
    ...(kafkaVersion === undefined ? {} : { kafkaVersion }),
    ...(restartNonce === undefined ? {} : { restartNonce }),
    ...(lastExit === undefined ? {} : { lastExit: { ...lastExit, at: new Date(lastExit.at).toISOString() } }),
    ...(remainingLogs === undefined ? {} : { recovery: { remainingLogs } }),
  }
}

/** What a change of is worth a report at once; the rest comes with the next heartbeat. */
export function significance({ logLines: _lines, volume, ...report }: HostReport): string {
  const { usedBytes: _used, ...lasting } = volume
  return JSON.stringify({ ...report, volume: lasting })
}
