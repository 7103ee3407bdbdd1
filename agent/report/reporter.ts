import type { HostReport } from '../../shared/host-protocol/report.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Log } from '../../shared/ports/log.ts'
import { callBackOff, jitteredBackOffMilliseconds } from '../back-off.ts'
import type { Bell } from '../bell.ts'
import { CallRefusedError, ControlPlaneUnreachableError } from '../control-plane/errors.ts'
import type { HostApi } from '../control-plane/host-api.ts'
import { significance } from './build-report.ts'

/** What the reporter needs. */
export interface ReporterParts {
  readonly api: Pick<HostApi, 'report'>
  readonly clock: Clock
  readonly log: Log
  readonly random: () => number
  /** Rung when something may have changed. */
  readonly bell: Bell
  /** The report of now, or undefined while the host is not attached. */
  readonly observe: () => Promise<HostReport | undefined>
}

// Somebody may wait for the first of several changes that come together, so it is told at once, and the others together.
const leastPauseMilliseconds = 100
// Until the control plane has said how often it wants to hear.
const firstHeartbeatSeconds = 15

/** Reports on every change and as a heartbeat, one report at a time, until the signal aborts. */
export async function keepReporting(parts: ReporterParts, signal: AbortSignal): Promise<void> {
  const { api, clock, bell, observe } = parts
  let heartbeatSeconds = firstHeartbeatSeconds
  let told: string | undefined
  let dueAt = clock.now()
  let failures = 0
  while (!signal.aborted) {
    const report = await observe()
    if (report !== undefined && (clock.now() >= dueAt || significance(report) !== told)) {
      try {
        heartbeatSeconds = (await api.report(report)).nextReportSeconds
        told = significance(report)
        failures = 0
        dueAt = clock.now() + heartbeatSeconds * 1000
      } catch (error) {
        if (!(error instanceof ControlPlaneUnreachableError || error instanceof CallRefusedError)) throw error
        failures += 1
        if (failures === 1) parts.log.warn('the control plane takes no reports', { reason: error.message })
        await pause(clock, jitteredBackOffMilliseconds(callBackOff, failures, parts.random), signal)
        continue
      }
    }
    await pause(clock, leastPauseMilliseconds, signal)
    const untilHeartbeat = Math.max(0, dueAt - clock.now())
    await bell.wait(report === undefined ? firstHeartbeatSeconds * 1000 : untilHeartbeat, signal)
  }
}

const pause = (clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> =>
  clock.sleep(milliseconds, signal).catch(() => undefined)
