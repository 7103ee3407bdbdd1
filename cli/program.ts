import { Command, Option } from 'commander'
import { addBrokerCommands } from './commands/brokers.ts'
import { addClusterCommands } from './commands/clusters.ts'
import { addEventCommands } from './commands/events.ts'
import { addOperationCommands } from './commands/operations.ts'
import { addReferenceCommands } from './commands/reference.ts'
import { addTokenCommand } from './commands/token.ts'
import { addTopicCommands } from './commands/topics.ts'
import { addUserCommands } from './commands/users.ts'
import { exitCodesText } from './exit-codes.ts'
import type { Terminal } from './terminal.ts'

const NOTES = `
A token says who calls. Beside a local control plane (npm start) --tenant is enough: its issuer signs one.
Clusters may be named by name or id. Repeats after a lost connection never order twice.

${exitCodesText()}`

/** The whole command line. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('weir')
    .description('Order Kafka clusters from Weir and use them.')
    .option('--url <url>', 'address of the API (WEIR_URL; default: http://127.0.0.1:8080, or the port in WEIR_PORT)')
    .option('--token <jwt>', 'who calls (WEIR_TOKEN, which other users of this machine cannot see)')
    .option('--tenant <tenant>', 'for which tenant the local issuer signs a token (WEIR_TENANT)')
    .option('--home <folder>', 'state of the local control plane (WEIR_HOME; default: .weir)')
    .addOption(
      new Option('-o, --output <format>', 'how results are printed').choices(['table', 'json']).default('table'),
    )
    .addHelpText('after', NOTES)
    .showHelpAfterError('(--help shows how it is called)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
    })
    .exitOverride()
  addClusterCommands(program, terminal)
  addBrokerCommands(program, terminal)
  addOperationCommands(program, terminal)
  addTopicCommands(program, terminal)
  addUserCommands(program, terminal)
  addEventCommands(program, terminal)
  addReferenceCommands(program, terminal)
  addTokenCommand(program, terminal)
  return program
}
