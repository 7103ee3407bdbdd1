import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultCacheDir } from '../agent/kafka/fetch.ts'
import type { LocalHostSpec } from './hosts/host-spec.ts'

/** What a control plane on one machine may be told; everything has a default. */
export interface LocalSettings {
  /** All state: database, executions, keys, hosts, volumes. */
  readonly home: string
  /** Of the public API on 127.0.0.1; 0 takes a free one. */
  readonly port: number
  /** `127.<x>`: the first two bytes of the hosts' addresses; two control planes on one machine need not differ. */
  readonly loopbackRange: string
  readonly kafkaReleasesDir: string
  /** How often a volume may be changed within 24 hours: 4 is the rule of EBS, and without a number there is none. */
  readonly volumeChangesPerDay: number | undefined
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** What differs from the defaults of a host: another `java`, no isolation, a shorter grace. */
  readonly hostOverrides: Partial<Pick<LocalHostSpec, 'java' | 'kafkaUser' | 'isolated' | 'stopTimeoutSeconds'>>
}

/** The port of the public API where nobody says otherwise. */
export const DEFAULT_PORT = 8080

/** Settings from the environment: `WEIR_HOME`, `WEIR_PORT`, `WEIR_LOOPBACK_RANGE`, `WEIR_KAFKA_CACHE`, `WEIR_VOLUME_CHANGES_PER_DAY`, `WEIR_JAVA`, `WEIR_KAFKA_USER`, `WEIR_LOG_LEVEL`. */
export function settingsFrom(environment: NodeJS.ProcessEnv, given: Partial<LocalSettings> = {}): LocalSettings {
  const home = resolve(given.home ?? environment.WEIR_HOME ?? '.weir')
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const hostOverrides = given.hostOverrides ?? hostOverridesFrom(environment)
  // Kafka's user has to come past; every secret in there has rights of its own.
  if (hostOverrides.kafkaUser !== undefined) chmodSync(home, 0o711)
  return {
    home,
    port: given.port ?? portFrom(environment.WEIR_PORT),
    loopbackRange: given.loopbackRange ?? rangeFrom(environment.WEIR_LOOPBACK_RANGE),
    kafkaReleasesDir: given.kafkaReleasesDir ?? defaultCacheDir(environment),
    volumeChangesPerDay: given.volumeChangesPerDay ?? changesFrom(environment.WEIR_VOLUME_CHANGES_PER_DAY),
    logLevel: given.logLevel ?? levelFrom(environment.WEIR_LOG_LEVEL),
    hostOverrides,
  }
}

/** A setting of the environment breaks its rule; the message names it. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
}

function hostOverridesFrom({ WEIR_JAVA, WEIR_KAFKA_USER }: NodeJS.ProcessEnv): LocalSettings['hostOverrides'] {
  return { ...(WEIR_JAVA && { java: WEIR_JAVA }), ...(WEIR_KAFKA_USER && { kafkaUser: userFrom(WEIR_KAFKA_USER) }) }
}

function userFrom(name: string): string {
  if (process.geteuid?.() !== 0)
    throw new SettingError('WEIR_KAFKA_USER takes root: nobody else can run Kafka as another user')
  const uid = spawnSync('id', ['-u', '--', name], { encoding: 'utf8' }).stdout?.trim()
  if (uid === '' || uid === undefined)
    throw new SettingError(`WEIR_KAFKA_USER must name a user of this machine, not "${name}"`)
  if (uid === '0') throw new SettingError(`WEIR_KAFKA_USER must name a user without the rights of root, not "${name}"`)
  return name
}

function portFrom(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_PORT
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new SettingError(`WEIR_PORT must be a port number, not "${text}"`)
  return port
}

function rangeFrom(text: string | undefined): string {
  if (text === undefined || text === '') return '127.40'
  if (!/^127\.\d{1,3}$/.test(text) || Number(text.slice(4)) > 255) {
    throw new SettingError(
      `WEIR_LOOPBACK_RANGE must be the first two bytes of a loopback address such as 127.40, not "${text}"`,
    )
  }
  return text
}

function changesFrom(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const changes = Number(text)
  if (!Number.isInteger(changes) || changes < 1)
    throw new SettingError(`WEIR_VOLUME_CHANGES_PER_DAY must be a whole number from 1, not "${text}"`)
  return changes
}

function levelFrom(text: string | undefined): LocalSettings['logLevel'] {
  const levels = ['debug', 'info', 'warn', 'error'] as const
  const found = levels.find((level) => level === (text ?? 'info'))
  if (!found) throw new SettingError(`WEIR_LOG_LEVEL must be one of ${levels.join(', ')}, not "${text}"`)
  return found
}
