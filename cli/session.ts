import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { SCOPE_NAMES } from '../shared/contract/scope.ts'
import { type ApiClient, createApiClient } from './api-client.ts'
import { UsageError } from './cli-error.ts'
import { signLocalToken } from './local-token.ts'
import type { Output } from './output.ts'
import { createOutput } from './output.ts'
import type { Terminal } from './terminal.ts'

/** The options that every command takes. */
export interface GlobalOptions {
  readonly url?: string
  readonly token?: string
  readonly tenant?: string
  readonly home?: string
  readonly output: 'table' | 'json'
}

/** What a command works with: the API as the caller it was called by, and where its results go. */
export interface Session {
  readonly client: ApiClient
  readonly terminal: Terminal
  readonly output: Output
}

/** The folder of the local control plane's state. */
export function homeOf(options: GlobalOptions, { environment }: Terminal): string {
  return options.home ?? environment.WEIR_HOME ?? '.weir'
}

/** The API's address: as given, else that of a control plane on this machine. */
export function urlOf(options: GlobalOptions, { environment }: Terminal): string {
  const url = options.url ?? environment.WEIR_URL ?? `http://127.0.0.1:${environment.WEIR_PORT ?? '8080'}`
  if (!/^https?:$/u.test(URL.parse(url)?.protocol ?? '')) throw new UsageError(`--url "${url}" must be an http(s) URL.`)
  return url
}

/** Who a token of the local issuer speaks for. */
export function localSubject(): string {
  try {
    return userInfo().username
  } catch {
    return 'weir-cli'
  }
}

async function tokenOf(options: GlobalOptions, terminal: Terminal): Promise<string> {
  const { environment, clock } = terminal
  const given = options.token ?? environment.WEIR_TOKEN
  if (given !== undefined && given !== '') return given
  const home = homeOf(options, terminal)
  const tenant = options.tenant ?? environment.WEIR_TENANT
  const hints = [
    'Either give a token: --token or WEIR_TOKEN.',
    `Or give --tenant (WEIR_TENANT) beside a local control plane, whose issuer then signs one (home: ${home}, set by --home or WEIR_HOME).`,
  ]
  if (tenant === undefined)
    throw new UsageError('Who calls is not known: neither a token nor a tenant is given.', hints)
  const token = await signLocalToken(home, {
    tenant,
    scopes: SCOPE_NAMES,
    subject: localSubject(),
    issuedAtSeconds: Math.floor(clock.now() / 1000),
  })
  if (token === undefined) throw new UsageError(`There is no local issuer in ${home}, and no token is given.`, hints)
  return token
}

/** Opens the session of a command from its options and the environment; public routes need no token. */
export async function openSession(
  command: Command,
  terminal: Terminal,
  access: 'tenant' | 'public' = 'tenant',
): Promise<Session> {
  const options = command.optsWithGlobals<GlobalOptions>()
  const token = access === 'public' ? undefined : await tokenOf(options, terminal)
  const client = createApiClient({
    url: urlOf(options, terminal),
    token,
    clock: terminal.clock,
    signal: terminal.interrupted,
  })
  return { client, terminal, output: createOutput(terminal, options.output) }
}
