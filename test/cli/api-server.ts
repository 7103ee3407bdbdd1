import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { publishEvents } from '../../functions/jobs/publish-events.ts'
import { openIssuer } from '../../local/issuer.ts'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import { serveTenantApi } from '../../local/tenant-api-server.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { OperationRecord } from '../../shared/records/operation.ts'
import { changeCluster, timestamp } from '../../shared/state/change-cluster.ts'
import type { Draft } from '../../shared/state/draft.ts'
import { deterministicIds } from '../api/deterministic-ids.ts'
import { CA_PEM } from '../api/harness.ts'
import { memoryKafka } from '../api/memory-kafka.ts'

/** Time that runs by itself whenever somebody sleeps, so that nobody does. */
export function hurriedClock(): Clock {
  const start = Date.UTC(2026, 10, 21, 10)
  let passed = 0
  return {
    now: () => start + passed,
    sleep: async (milliseconds, signal) => {
      await setImmediate()
      signal?.throwIfAborted()
      passed += milliseconds
    },
  }
}

/** The tenant API behind HTTP, with the local issuer, on a store in memory; workflows are played by the tests. */
export interface ApiServer {
  readonly url: string
  readonly home: string
  readonly clock: Clock
  readonly ports: ReturnType<typeof portsOf>
  /** Does a step of a workflow's work on the cluster of an operation of the tenant acme. */
  play(operation: OperationRef, change: (draft: Draft) => void): Promise<void>
  /** Brings an ordered cluster to `Active`. */
  activate(operation: OperationRef): Promise<void>
  /** Ends an operation. */
  end(operation: OperationRef, patch: Partial<OperationRecord>): Promise<void>
  projectEvents(): Promise<void>
  close(): Promise<void>
}

/** An operation and its cluster. */
export interface OperationRef {
  readonly operationId: string
  readonly clusterId: string
}

function portsOf(clock: Clock) {
  return {
    clock,
    ids: deterministicIds(clock),
    store: openSqliteStore(':memory:', { clock }),
    kafka: memoryKafka(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    certificates: {
      ensureAuthority: async () => Promise.reject(new TypeError('the API makes no authority')),
      signNode: async () => Promise.reject(new TypeError('the API signs nothing')),
      controlPlane: async () => Promise.reject(new TypeError('the API connects to nothing itself')),
      forget: async () => {},
    },
    events: { publish: async () => {} },
    offering: { publicAccess: true },
  }
}

/** Starts a fresh API; each test has its own. */
export async function startApi(): Promise<ApiServer> {
  const home = await mkdtemp(join(tmpdir(), 'weir-cli-'))
  const clock = hurriedClock()
  const ports = portsOf(clock)
  const server = await serveTenantApi(ports, await openIssuer(home), 0)
  const play: ApiServer['play'] = ({ clusterId, operationId }, change) =>
    changeCluster(ports, { tenantId: 'acme', clusterId, operationId }, change)
  const end: ApiServer['end'] = (operation, patch) =>
    play(operation, (draft) => {
      const { activeOperationId: _ended, ...idle } = draft.cluster()
      draft.replaceCluster(idle)
      draft.setOperation({ finishedAt: timestamp(ports), ...patch })
    })
  return {
    url: `http://127.0.0.1:${server.port}`,
    home,
    clock,
    ports,
    play,
    end,
    activate: async (operation) => {
      await play(operation, (draft) => {
        draft.enterCluster('Creating', 'Unknown')
        for (const { nodeId } of draft.brokers()) {
          draft.enterBroker(nodeId, 'Creating', { address: `10.0.0.${nodeId}` })
          draft.enterBroker(nodeId, 'Active', { health: 'Healthy' })
        }
        draft.setCluster({ caCertificatePem: CA_PEM })
        draft.enterCluster('Active', 'Healthy')
      })
      await end(operation, { state: 'Succeeded' })
    },
    projectEvents: async () => {
      const { changes } = await ports.store.changes(undefined, 100_000)
      await publishEvents(ports, changes)
    },
    close: async () => {
      await server.close()
      ports.store.close()
      await rm(home, { recursive: true, force: true })
    },
  }
}
