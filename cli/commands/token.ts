import type { Command } from 'commander'
import { UsageError } from '../cli-error.ts'
import { parseScopes, signLocalToken, TOKEN_HOURS } from '../local-token.ts'
import { createOutput } from '../output.ts'
import { type GlobalOptions, homeOf, localSubject } from '../session.ts'
import type { Terminal } from '../terminal.ts'

interface TokenOptions extends GlobalOptions {
  readonly scope?: readonly string[]
  readonly subject?: string
}

/** `weir token`: a token of the local control plane's own issuer. */
export function addTokenCommand(program: Command, terminal: Terminal): void {
  program
    .command('token')
    .summary('print a token of the local issuer')
    .description(
      `Prints a token for a tenant, valid for ${TOKEN_HOURS} hours, signed with the key of the local control plane (below --home). A deployed Weir takes tokens of your own OpenID provider instead.`,
    )
    .option('--scope <scope...>', 'what the token allows (default: everything)')
    .option('--subject <name>', 'for whom it is (default: your user name)')
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<TokenOptions>()
      const tenant = options.tenant ?? terminal.environment.WEIR_TENANT
      if (tenant === undefined) throw new UsageError('--tenant is required.')
      const home = homeOf(options, terminal)
      const scopes = parseScopes(options.scope ?? [])
      const subject = options.subject ?? localSubject()
      const issuedAtSeconds = Math.floor(terminal.clock.now() / 1000)
      const token = await signLocalToken(home, { tenant, scopes, subject, issuedAtSeconds })
      if (token === undefined) {
        throw new UsageError(`There is no local issuer in ${home}.`, [
          'It is made by the first start of a local control plane (npm start); --home or WEIR_HOME says where.',
        ])
      }
      const expiresAt = new Date((issuedAtSeconds + TOKEN_HOURS * 3600) * 1000).toISOString()
      if (options.output === 'json') {
        createOutput(terminal, 'json').item({ token, tenant, subject, scope: scopes.join(' '), expiresAt }, {})
      } else terminal.out(token)
    })
}
