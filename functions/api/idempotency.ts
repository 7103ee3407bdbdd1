import { createHash } from 'node:crypto'
import { DomainError } from '../../shared/errors/domain-error.ts'
import type { Needed } from '../../shared/ports/ports.ts'
import { type Json, type Key, TransactionConflict, type Write } from '../../shared/ports/store.ts'
import { IDEMPOTENCY_RETENTION_SECONDS, type IdempotencyRecord } from '../../shared/records/idempotency.ts'
import { keys } from '../../shared/records/keys.ts'
import { CallersConflict } from '../../shared/state/callers-conflict.ts'
import { getRecord, type Stored, toJson } from '../../shared/state/stored.ts'

/** An answer as it is kept for repeats of the same key. */
export interface KeptAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
}

/** What an endpoint does to be done once per key, whatever dies in between. */
export interface Idempotency {
  /** The write that keeps the answer. It belongs into the transaction of the change itself. */
  keep(answer: KeptAnswer): Write
  /**
   * Before an effect outside the store: marks the request as begun, together with `reserve`. `resumed` tells that an
   * earlier try with this key died or failed on the way, so that its effect may be there already. Until the answer is
   * kept, others with this key are told to wait.
   */
  claim(reserve: (resumed: boolean) => Promise<readonly Write[]>): Promise<{ readonly resumed: boolean }>
}

/** Which request a key stands for. */
export interface IdempotentRequest {
  readonly tenantId: string
  readonly routeName: string
  readonly key: string
  readonly fingerprint: string
}

/** After this long without an answer the one who claimed a key is dead: longer than any request may take. */
export const CLAIM_SECONDS = 60

/** A fingerprint of what was asked: the same for the same request however its JSON was spelled. */
export function fingerprintOf(parts: Json): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(parts)))
    .digest('base64url')
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, inner === undefined ? null : sorted(inner)]),
  )
}

type Kept = Stored<IdempotencyRecord>

/**
 * Runs a request once per Idempotency-Key. A repeat of the same request gets the kept answer; the key with another
 * request is refused; a repeat while the first still runs is told to wait. Nothing is kept of a refused request, so that
 * it can be mended and sent again with the same key.
 */
export async function once<A>(
  ports: Needed<'store' | 'clock'>,
  request: IdempotentRequest,
  run: (idempotency: Idempotency) => Promise<A>,
): Promise<A | { readonly replayed: KeptAnswer }> {
  const key = keys.idempotency(request.tenantId, `${request.routeName}#${request.key}`)
  const read = () => getRecord<IdempotencyRecord>(ports.store, key)
  const before = await read()
  const replay = before && replayOf(ports, before, request.fingerprint)
  if (replay) return { replayed: replay }

  let mine: Kept | undefined
  let reserved: readonly Write[] = []
  const record = (patch: Partial<IdempotencyRecord>): IdempotencyRecord => ({
    fingerprint: request.fingerprint,
    state: 'InProgress',
    startedAt: new Date(ports.clock.now()).toISOString(),
    ...patch,
  })
  const put = (value: IdempotencyRecord, over: Kept | undefined): Write => ({
    ...key,
    put: toJson(value),
    guard: over ? { version: over.version } : 'absent',
    expiresAt: Math.floor(ports.clock.now() / 1000) + IDEMPOTENCY_RETENTION_SECONDS,
  })
  const idempotency: Idempotency = {
    keep: ({ status, headers = {}, body }) =>
      put(record({ state: 'Done', answer: { status, headers, body: toJson(body) } }), mine ?? before),
    claim: async (reserve) => {
      const resumed = before !== undefined
      reserved = await reserve(resumed)
      await ports.store.transact([put(record({}), before), ...reserved])
      mine = { key, version: (before?.version ?? 0) + 1, record: record({}) }
      return { resumed }
    },
  }

  try {
    return await run(idempotency)
  } catch (thrown) {
    if (mine) await release(ports, put, mine, reserved, thrown)
    if (!(thrown instanceof CallersConflict) && !lostOn(thrown, key)) throw thrown
    // Another request with this key was faster.
    const winner = await read()
    const kept = winner && replayOf(ports, winner, request.fingerprint)
    if (kept) return { replayed: kept }
    throw new DomainError('IDEMPOTENCY_IN_PROGRESS', 'A request with this key has just been refused; send it again.', {
      retryAfterSeconds: 1,
    })
  }
}

function lostOn(thrown: unknown, key: Key): boolean {
  return (
    thrown instanceof TransactionConflict &&
    thrown.failed.some((failed) => failed.key.partition === key.partition && failed.key.sort === key.sort)
  )
}

/** The answer to give again; undefined when the key is free to be taken up (again). */
function replayOf({ clock }: Needed<'clock'>, { record }: Kept, fingerprint: string): KeptAnswer | undefined {
  if (record.fingerprint !== fingerprint) {
    throw new DomainError(
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key was used with another request. A new request takes a new key.',
    )
  }
  if (record.state === 'Done' && record.answer) return { ...record.answer, body: Object(record.answer.body) }
  const secondsLeft = CLAIM_SECONDS - (clock.now() - Date.parse(record.startedAt)) / 1000
  if (record.released || secondsLeft <= 0) return undefined
  throw new DomainError('IDEMPOTENCY_IN_PROGRESS', 'The first request with this key is still running.', {
    retryAfterSeconds: Math.max(1, Math.ceil(secondsLeft)),
  })
}

/**
 * Lets go of a key after a failure. When the same request may succeed later, the mark stays and says that an effect may
 * be there; otherwise nothing happened outside and mark and reservation go away.
 */
async function release(
  ports: Needed<'store'>,
  put: (value: IdempotencyRecord, over: Kept) => Write,
  mine: Kept,
  reserved: readonly Write[],
  thrown: unknown,
): Promise<void> {
  const final = thrown instanceof DomainError && thrown.status < 500
  const undo = reserved.map(
    ({ partition, sort, guard }): Write => ({
      partition,
      sort,
      delete: true,
      guard: { version: guard === 'absent' ? 1 : guard.version + 1 },
    }),
  )
  try {
    await ports.store.transact(
      final
        ? [{ ...mine.key, delete: true, guard: { version: mine.version } }, ...undo]
        : [put({ ...mine.record, released: true }, mine)],
    )
  } catch (conflict) {
    // Someone took the key over after the claim had run out; it is theirs now.
    if (!(conflict instanceof TransactionConflict)) throw conflict
  }
}
