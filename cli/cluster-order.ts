import { readFile } from 'node:fs/promises'
import { InvalidArgumentError } from 'commander'
import { UsageError } from './cli-error.ts'
import type { OrderedGroup } from './inbound-flag.ts'
import { autoscalingField, type OrderedAutoscaling } from './maintenance-flags.ts'
import type { Terminal } from './terminal.ts'

/** The flags of `weir clusters create`, `plan` and `update`. */
export interface OrderFlags {
  readonly file?: string
  readonly name?: string
  readonly topology?: string
  readonly kafkaVersion?: string
  readonly brokers?: number
  readonly instanceType?: string
  readonly volumeGib?: number
  readonly zones?: readonly string[]
  readonly config?: Readonly<Record<string, string>>
  readonly label?: Readonly<Record<string, string>>
  readonly topic?: readonly OrderedTopic[]
  readonly inbound?: readonly OrderedGroup[]
  readonly deletionProtection?: boolean
  readonly diskAutoscaling?: OrderedAutoscaling
  readonly maintenanceWindow?: JsonObject
  readonly keepDays?: number
  readonly stopAt?: string
  readonly startAt?: string
  /** False where nothing is done by the clock any more. */
  readonly schedule?: boolean
  readonly remove?: readonly number[]
}

interface OrderedTopic {
  readonly name: string
  readonly partitions?: number
}

type JsonObject = Readonly<Record<string, unknown>>

/**
 * The body of an order: the file as it stands, with the flags over it. It is not checked here: the API's answer names the
 * field and the rule, and it knows what this release may not.
 */
export async function orderBody(flags: OrderFlags, terminal: Terminal): Promise<JsonObject> {
  const written = flags.file === undefined ? {} : await readOrder(flags.file, terminal)
  const { brokers: writtenBrokers, network, ...rest } = written
  const brokers = {
    ...(isObject(writtenBrokers) && writtenBrokers),
    ...present({
      count: flags.brokers,
      instanceType: flags.instanceType,
      volumeGiB: flags.volumeGib,
      removeNodeIds: flags.remove,
    }),
  }
  const mergeInto = (field: 'config' | 'labels', more: JsonObject | undefined) =>
    more && { [field]: { ...(isObject(rest[field]) && rest[field]), ...more } }
  return {
    ...rest,
    ...(writtenBrokers !== undefined && !isObject(writtenBrokers) && { brokers: writtenBrokers }),
    ...(Object.keys(brokers).length > 0 && { brokers }),
    ...present({
      network: flags.inbound ? { ...(isObject(network) && network), securityGroups: flags.inbound } : network,
    }),
    ...present({
      name: flags.name,
      topology: flags.topology,
      kafkaVersion: flags.kafkaVersion,
      availabilityZones: flags.zones,
      deletionProtection: flags.deletionProtection,
      diskAutoscaling: autoscalingField(flags.diskAutoscaling),
      maintenanceWindow: flags.maintenanceWindow,
      deletion: flags.keepDays === undefined ? rest.deletion : { keepDays: flags.keepDays },
      schedule: flags.schedule === false ? null : (scheduleField(flags) ?? rest.schedule),
      topics: flags.topic,
    }),
    ...mergeInto('config', flags.config),
    ...mergeInto('labels', flags.label),
  }
}

function scheduleField({ stopAt, startAt }: OrderFlags): JsonObject | undefined {
  return stopAt === undefined && startAt === undefined ? undefined : present({ stop: stopAt, start: startAt })
}

async function readOrder(file: string, terminal: Terminal): Promise<JsonObject> {
  const text =
    file === '-'
      ? await terminal.readInput()
      : await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
          throw new UsageError(`--file ${file} cannot be read: ${error.code ?? error.message}.`)
        })
  let written: unknown
  try {
    written = JSON.parse(text)
  } catch (error) {
    throw new UsageError(`--file ${file} is not valid JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (!isObject(written)) throw new UsageError(`--file ${file} must hold a JSON object.`)
  return written
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** Reads a whole number of the command line. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/u.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** Reads `a,b,c`; may be repeated. */
export function commaList(text: string, before: readonly string[] = []): readonly string[] {
  return [
    ...before,
    ...text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ]
}

/** Reads `key=value`; may be repeated. */
export function keyValue(
  text: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be KEY=VALUE.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** Reads `name` or `name:partitions`; may be repeated. */
export function orderedTopic(text: string, before: readonly OrderedTopic[] = []): readonly OrderedTopic[] {
  const [name = '', partitions, ...more] = text.split(':')
  if (name === '' || more.length > 0) throw new InvalidArgumentError('It must be NAME or NAME:PARTITIONS.')
  return [...before, partitions === undefined ? { name } : { name, partitions: wholeNumber(partitions) }]
}
