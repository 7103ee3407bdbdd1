import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { DEFAULT_PLAN } from './plan.ts'
import type { StreamCheckInput } from './start.ts'
import { MAX_MESSAGE_BYTES, MIN_MESSAGE_BYTES } from './stream-record.ts'

/** What the command line asks for. */
export interface CommandLine {
  readonly input: StreamCheckInput
  readonly output: 'text' | 'json'
}

/** Where user and password come from: other users of the machine can read the arguments of a process. */
export const USER_VARIABLE = 'KAFKA_USER'
export const PASSWORD_VARIABLE = 'KAFKA_PASSWORD'

/** As many partitions and producers together as there can be connections of one process without special limits. */
const MAX_COUNT = 1000

const EPILOGUE = `
Environment:
  ${USER_VARIABLE}, ${PASSWORD_VARIABLE}  of a SCRAM-SHA-512 user who may write to and read from the topics, and create missing ones

Without --duration-seconds it runs until Ctrl-C (SIGINT or SIGTERM), and then reports; a second signal ends it at once.
The topics must keep their records for as long as the check runs. Each stream (a producer in a partition) has a connection
of its own, and so has each reader: a partition is held up by nothing but its own leader.

Exit codes:
  0  every acknowledged record was read exactly once, in order, and the limits were kept
  1  not so; the report says what and where
  2  the command line is wrong, or the check could not start`

/** Reads the command line; an exit code when it asked for the help or is wrong, which then has been said. */
export function commandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine | { readonly exitCode: number } {
  const command = new Command('npm run check-stream --')
    .description(
      'Writes to a cluster at a steady rate with acks=all and idempotence, reads along, and proves that nothing is lost.',
    )
    .requiredOption('--bootstrap <host:port,...>', 'the client listeners', list)
    .requiredOption('--ca <file>', 'the certificate of the authority of the cluster, as PEM', text)
    .requiredOption('--topics <name,...>', 'the topics; those that do not exist are made with three replicas', list)
    .addOption(option('--partitions <n>', 'of topics that are made', count).default(DEFAULT_PLAN.partitions))
    .addOption(option('--producers <n>', 'to each partition', count).default(DEFAULT_PLAN.producers))
    .addOption(
      option('--rate <n>', 'records a second, of all producers in all partitions together', positive).default(
        DEFAULT_PLAN.recordsPerSecond,
      ),
    )
    .addOption(option('--message-bytes <n>', 'size of a value', bytes).default(DEFAULT_PLAN.messageBytes))
    .addOption(option('--duration-seconds <n>', 'how long to write', positive))
    .addOption(
      option('--settle-seconds <n>', 'how long to wait at the end for what is due', positive).default(
        DEFAULT_PLAN.settleSeconds,
      ),
    )
    .addOption(option('--request-timeout-seconds <n>', 'how long to wait for an answer (default: 30)', positive))
    .addOption(option('--max-gap-seconds <n>', 'fail if a partition acknowledged nothing for longer', notNegative))
    .addOption(option('--max-errors <n>', 'fail on more errors that a client does not mend by itself', notNegative))
    .addOption(option('--max-retriable-errors <n>', 'fail on more errors that a client repeats by itself', notNegative))
    .addOption(new Option('--output <form>').choices(['text', 'json']).default('text'))
    .addHelpText('after', EPILOGUE)
    .exitOverride()
  try {
    const options = command.parse([...args], { from: 'user' }).opts<{
      readonly bootstrap: readonly string[]
      readonly ca: string
      readonly rate: number
      readonly topics: readonly string[]
      readonly output: 'text' | 'json'
    }>()
    const { [USER_VARIABLE]: user, [PASSWORD_VARIABLE]: password } = environment
    if (!user || !password) command.error(`error: ${USER_VARIABLE} and ${PASSWORD_VARIABLE} must be set`)
    const { bootstrap, ca, rate, output, ...plan } = options
    const access = { bootstrapServers: bootstrap, caCertificatePem: ca, user: user ?? '', password: password ?? '' }
    return { output, input: { ...plan, ...access, recordsPerSecond: rate } }
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2 }
    throw error
  }
}

function option(flags: string, description: string, parse: (value: string) => number): Option {
  return new Option(flags, description).argParser(parse)
}

function list(value: string): readonly string[] {
  const parts = value.split(',').filter((part) => part !== '')
  if (parts.length === 0) throw new InvalidArgumentError('It must name at least one.')
  return parts
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new InvalidArgumentError('It cannot be read.')
  }
}

function number(holds: (value: number) => boolean, rule: string): (value: string) => number {
  return (value) => {
    const parsed = value.trim() === '' ? Number.NaN : Number(value)
    if (!Number.isFinite(parsed) || !holds(parsed)) throw new InvalidArgumentError(rule)
    return parsed
  }
}

const positive = number((value) => value > 0, 'It must be a number above 0.')
const notNegative = number((value) => value >= 0, 'It must be a number, 0 or more.')
const count = number(
  (value) => Number.isInteger(value) && value >= 1 && value <= MAX_COUNT,
  `It must be a whole number from 1 to ${MAX_COUNT}.`,
)
const bytes = number(
  (value) => Number.isInteger(value) && value >= MIN_MESSAGE_BYTES && value <= MAX_MESSAGE_BYTES,
  `It must be a whole number from ${MIN_MESSAGE_BYTES} to ${MAX_MESSAGE_BYTES}.`,
)
