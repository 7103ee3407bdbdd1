import type { Broker } from '../../shared/contract/broker.ts'
import type { OperationState } from '../../shared/lifecycle/statuses.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { allPages } from '../all-pages.ts'
import type { ApiClient } from '../api-client.ts'
import { CliError, ProblemError, UnreachableError } from '../cli-error.ts'
import { EXIT } from '../exit-codes.ts'
import type { Snapshot } from './operation-progress.ts'

/** How and how long an operation is followed. */
export interface FollowOptions {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** No longer than this, else than the deadline of the operation allows; the operation itself goes on. */
  readonly timeoutSeconds?: number | undefined
  /** What it was asked to become: `Paused` ends the following too where it was asked to rest. */
  readonly until: OperationState
  readonly onTrouble?: (error: Error) => void
}

/** Each poll is held by the API for a second, or until the end: people see changes soon, and the end at once. */
const POLL_SECONDS = 1

/** A control plane that is being restarted or repaired is waited for so long: the operation goes on without it. */
const PATIENCE_MILLISECONDS = 120_000
const PAUSE_MILLISECONDS = 1000

/** An operation that has passed its deadline is given up by the control plane within this; clocks may differ, too. */
const AFTER_DEADLINE_MILLISECONDS = 900_000

/** The final states. One that rests is followed on: whoever resumes it starts its next attempt. */
const ENDED: readonly string[] = ['Succeeded', 'Failed', 'Cancelled']

/** Gives what can be seen of an operation, again and again, until it has ended or become what it was asked to. */
export async function* followOperation(
  client: ApiClient,
  operationId: string,
  { clock, signal, timeoutSeconds, until, onTrouble }: FollowOptions,
): AsyncGenerator<Snapshot, void, undefined> {
  const startedAt = clock.now()
  let heardAt = startedAt
  let deadline = Number.POSITIVE_INFINITY
  let brokers: readonly Broker[] = []
  for (let wait = 0; ; wait = POLL_SECONDS) {
    let snapshot: Snapshot | undefined
    try {
      const { body: operation } = await client.call('getOperation', {
        params: { operationId },
        query: { wait: String(wait) },
      })
      brokers = (await brokersOf(client, operation.target.id)) ?? brokers.map(gone)
      snapshot = { operation, brokers }
      heardAt = clock.now()
    } catch (error) {
      if (!isPassing(error) || clock.now() - heardAt > PATIENCE_MILLISECONDS) throw error
      onTrouble?.(error)
      await clock.sleep(PAUSE_MILLISECONDS, signal)
    }
    if (snapshot) yield snapshot
    if (snapshot && [...ENDED, until].includes(snapshot.operation.state)) return
    // Another attempt has another deadline.
    if (snapshot) deadline = Date.parse(snapshot.operation.deadlineAt) + AFTER_DEADLINE_MILLISECONDS
    if (clock.now() > (timeoutSeconds === undefined ? deadline : startedAt + timeoutSeconds * 1000)) {
      const rests = snapshot?.operation.state === 'Paused'
      const limit = timeoutSeconds === undefined ? 'by its deadline' : `within ${timeoutSeconds} s`
      throw new CliError(EXIT.timeout, `${operationId} has not ended ${limit}; it ${rests ? 'rests' : 'goes on'}.`, [
        ...(rests ? [`Take it up again: weir operations resume ${operationId}`] : []),
        `Follow it again: weir operations watch ${operationId}`,
      ])
    }
  }
}

/** The brokers as they are now; undefined when the cluster is gone. */
async function brokersOf(client: ApiClient, clusterId: string): Promise<readonly Broker[] | undefined> {
  try {
    return await allPages((page) => client.call('listBrokers', { params: { clusterId }, query: page }))
  } catch (error) {
    if (error instanceof ProblemError && error.problem.code === 'CLUSTER_NOT_FOUND') return undefined
    throw error
  }
}

const gone = (broker: Broker): Broker => ({ ...broker, status: 'Deleted' })

function isPassing(error: unknown): error is Error {
  return error instanceof UnreachableError || (error instanceof ProblemError && error.problem.status >= 500)
}
