import { z } from 'zod'

/**
 * State of the Kafka process as the agent sees it. `Recovering` is Kafka's BrokerState 2: log recovery after an unclean
 * stop, in which nobody may restart it. `CrashLooping`: it ended several times without ever serving.
 */
export const PROCESS_STATES = [
  'Absent',
  'Starting',
  'Recovering',
  'Running',
  'Stopping',
  'Stopped',
  'BackingOff',
  'CrashLooping',
] as const
export type ProcessState = (typeof PROCESS_STATES)[number]

const Process = z.strictObject({
  state: z.enum(PROCESS_STATES),
  processId: z.int().optional(),
  startedAt: z.iso.datetime().optional(),
  kafkaVersion: z.string().optional(),
  restartNonce: z.int().optional(),
  exitCount: z.int().meta({ description: 'Unwanted ends since the process last served' }),
  lastExit: z
    .strictObject({ code: z.int().nullable(), signal: z.string().nullable(), at: z.iso.datetime() })
    .optional(),
  recovery: z.strictObject({ remainingLogs: z.int() }).optional(),
})

const Volume = z.strictObject({
  state: z.enum(['Absent', 'Mounted']),
  fileSystem: z.enum(['xfs', 'directory']).optional(),
  totalBytes: z.int().optional(),
  usedBytes: z.int().optional(),
})

/** What keeps the agent from the desired state. `terminal` means that trying again will not help. */
export const HostProblem = z.strictObject({
  code: z.enum([
    'VOLUME_FAILED',
    'CERTIFICATE_FAILED',
    'RELEASE_MISSING',
    'CONFIG_REFUSED',
    'CONFINEMENT_FAILED',
    'FORMAT_FAILED',
    'PROCESS_FAILED',
    'REBOOT_FAILED',
  ]),
  detail: z.string().max(2000),
  terminal: z.boolean(),
})
export type HostProblem = z.output<typeof HostProblem>

/** What Kafka's own check said of the candidate configuration of a desired state; `refused` in Kafka's own words. */
export const PreflightVerdict = z.strictObject({ revision: z.int(), refused: z.string().max(2000).optional() })
export type PreflightVerdict = z.output<typeof PreflightVerdict>

/** What a host is, as its agent last observed it; sent on every change and as a heartbeat. */
export const HostReport = z.strictObject({
  generation: z.int(),
  bootId: z.string(),
  agentVersion: z.string(),
  observedRevision: z.int().meta({ description: 'The newest revision that is in force; 0 before the first' }),
  volume: Volume,
  certificate: z.strictObject({ nonce: z.int(), notAfter: z.iso.datetime() }).optional(),
  formatted: z.boolean(),
  process: Process,
  problem: HostProblem.optional(),
  preflight: PreflightVerdict.optional(),
  logLines: z.array(z.string().max(2000)).max(50).meta({ description: "Kafka's own last lines, newest last" }),
})
export type HostReport = z.output<typeof HostReport>
