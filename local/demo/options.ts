import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { KAFKA_VERSION_NAMES, type KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'

/** What the demo may be told. */
export interface DemoOptions {
  /** Delete the cluster at the end, check that nothing is left, and end. */
  readonly exit: boolean
  readonly kafkaVersion: KafkaVersion
  readonly topology: 'combined' | 'dedicated'
  readonly home: string
  /** For everything up to the running cluster, and with `exit` also for its end. */
  readonly timeoutMinutes: number
}

/** Reads the command line; an exit code when it asked for the help or is wrong, which then has been said. */
export function demoOptions(args: readonly string[]): DemoOptions | { readonly exitCode: number } {
  const command = new Command('npm run demo --')
    .description('Brings up a Kafka cluster from nothing, uses it, and stays up until Ctrl-C.')
    .option('--exit', 'delete the cluster at the end; exit with 0 only if everything held and nothing is left', false)
    .addOption(new Option('--kafka-version <version>').choices([...KAFKA_VERSION_NAMES]).default('3.7.1'))
    .addOption(new Option('--topology <topology>').choices(['combined', 'dedicated']).default('combined'))
    .option('--home <folder>', 'where the demo keeps its state; it is removed at the end', '.weir/demo')
    .addOption(new Option('--timeout-minutes <n>', 'give up after this long').argParser(minutes).default(20))
    .exitOverride()
  try {
    return command.parse([...args], { from: 'user' }).opts<DemoOptions>()
  } catch (error) {
    if (error instanceof CommanderError) return { exitCode: error.exitCode === 0 ? 0 : 2 }
    throw error
  }
}

function minutes(text: string): number {
  const value = Number(text)
  if (!(value > 0)) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}
