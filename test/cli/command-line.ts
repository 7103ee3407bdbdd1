import { setImmediate } from 'node:timers/promises'
import { run } from '../../cli/run.ts'
import type { Terminal } from '../../cli/terminal.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { type ApiServer, hurriedClock, type OperationRef } from './api-server.ts'

/** What a command line did. */
export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** What a command line finds around it. */
export interface Surroundings {
  readonly environment?: Readonly<Record<string, string>>
  readonly input?: string
  /** Somebody looks on and answers this when asked. */
  readonly answer?: string
  readonly clock?: Clock
}

/** A command line that runs. */
export interface Running {
  readonly ended: Promise<Ran>
  /** Resolves once standard output holds the text; fails when the command ends without. */
  seen(text: string): Promise<void>
  /** Ctrl-C. */
  interrupt(): void
}

/** Starts `weir` with these arguments in this process, on a terminal of its own. */
export function start(args: readonly string[], around: Surroundings = {}): Running {
  const interruption = new AbortController()
  const written = { out: '', err: '' }
  let hasEnded = false
  const terminal: Terminal = {
    environment: around.environment ?? {},
    clock: around.clock ?? hurriedClock(),
    interactive: around.answer !== undefined,

    redraws: false,
    interrupted: interruption.signal,
    out: (text) => {
      written.out += `${text}\n`
    },
    note: (text) => {
      written.err += `${text}\n`
    },
    readInput: async () => around.input ?? '',
    ask: async (question) => {
      written.out += `${question}\n`
      return around.answer ?? ''
    },
  }
  const ended = run(args, terminal).then((code) => {
    hasEnded = true
    return { code, ...written }
  })
  return {
    ended,
    interrupt: () => interruption.abort(),
    seen: async (text) => {
      while (!written.out.includes(text)) {
        if (hasEnded) throw new Error(`ended without "${text}":\n${written.out}${written.err}`)
        await setImmediate()
      }
    },
  }
}

/** Starts `weir` as the tenant acme beside the API, whose local issuer signs its token. */
export function startBeside(api: ApiServer, args: readonly string[], around: Surroundings = {}): Running {
  const environment = { WEIR_URL: api.url, WEIR_HOME: api.home, WEIR_TENANT: 'acme', ...around.environment }
  return start(args, { clock: api.clock, ...around, environment })
}

/** Runs `weir` as the tenant acme beside the API to its end. */
export function weir(api: ApiServer, args: readonly string[], around: Surroundings = {}): Promise<Ran> {
  return startBeside(api, args, around).ended
}

/** Standard output as JSON. */
export function json(ran: Ran): Record<string, unknown> {
  if (ran.out === '') throw new Error(`no output: ${ran.err}`)
  return JSON.parse(ran.out)
}

/** Orders a combined cluster by the command line. */
export async function order(api: ApiServer, ...more: readonly string[]): Promise<OperationRef> {
  const args = ['clusters', 'create', '--name', 'orders', '--topology', 'combined', '--volume-gib', '100', '-o', 'json']
  const ran = await weir(api, [...args, ...more])
  if (ran.code !== 0) throw new Error(ran.err)
  const { id, target } = json(ran)
  const clusterId: unknown = typeof target === 'object' && target !== null ? Reflect.get(target, 'id') : undefined
  return { operationId: String(id), clusterId: String(clusterId) }
}

/** Orders a restart of all nodes of an `Active` cluster by the command line. */
export async function restart(api: ApiServer): Promise<OperationRef> {
  const { clusterId } = await activeCluster(api)
  const ran = await weir(api, ['clusters', 'restart', 'orders', '-o', 'json'])
  return { operationId: String(json(ran).id), clusterId }
}

/** Orders a cluster and brings it to `Active`. */
export async function activeCluster(api: ApiServer, ...more: readonly string[]): Promise<OperationRef> {
  const ordered = await order(api, ...more)
  await api.activate(ordered)
  return ordered
}
