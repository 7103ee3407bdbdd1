import { chmodSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import type { InboundRule } from '../shared/network/inbound-rules.ts'
import type { ClusterRef, HostResource, NodeRef } from '../shared/ports/hosts.ts'

/** A thing that the local fleet has made or is about to make; the row is written first, so that nothing is ever lost sight of. */
export interface FleetRow extends NodeRef {
  readonly kind: HostResource['kind']
  readonly id: string
}

/** What exists in the local fleet: the place of EC2's own records. */
export interface FleetRecords {
  /** The row of that node and kind; `make` gives the id where there is none yet. */
  ensure(node: NodeRef, kind: FleetRow['kind'], make: () => string): FleetRow
  find(node: NodeRef, kind: FleetRow['kind']): FleetRow | undefined
  ofCluster(tenantId: string, clusterId: string): readonly FleetRow[]
  all(): readonly FleetRow[]
  remove(row: FleetRow): void
  /** Notes who was ordered to reach a cluster. */
  noteInbound(cluster: ClusterRef, inbound: readonly InboundRule[]): void
  /** What was noted; nothing for a cluster that has no security group. */
  inboundOf(cluster: ClusterRef): readonly InboundRule[] | undefined
  forgetInbound(cluster: ClusterRef): void
  /** Notes the size that a volume was made or grown to; a smaller one changes nothing. */
  noteSize(volumeId: string, volumeGiB: number): void
  /** Notes that a volume was changed, in milliseconds since the epoch. */
  noteChange(volumeId: string, at: number): void
  /** When the volume was changed so far. */
  changesOf(volumeId: string): readonly number[]
  /** Notes which machine of its node this is, counted from 1. */
  noteIncarnation(instanceId: string, incarnation: number): void
  /** What was noted; 1 for a machine that nothing was noted for. */
  incarnationOf(instanceId: string): number
  /** The size that was noted last; 0 for a volume that none was noted for. */
  sizeOf(volumeId: string): number
  close(): void
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS resource (
    tenantId TEXT NOT NULL, clusterId TEXT NOT NULL, nodeId INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (tenantId, clusterId, nodeId, kind)
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS resourceId ON resource (kind, id);
  CREATE TABLE IF NOT EXISTS incarnation (instanceId TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS volumeSize (volumeId TEXT PRIMARY KEY, volumeGiB INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS securityGroup (
    tenantId TEXT NOT NULL, clusterId TEXT NOT NULL, inbound TEXT NOT NULL, PRIMARY KEY (tenantId, clusterId)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS volumeChange (volumeId TEXT NOT NULL, changedAt INTEGER NOT NULL) STRICT;
`

const Inbound = z.array(z.object({ cidr: z.string(), description: z.string() }))

/** Opens the fleet's records in a file. */
export function openFleetRecords(file: string): FleetRecords {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  chmodSync(file, 0o600)
  database.exec(SCHEMA)
  const insert = database.prepare('INSERT INTO resource VALUES (?, ?, ?, ?, ?)')
  const select = database.prepare(
    'SELECT * FROM resource WHERE tenantId = ? AND clusterId = ? AND nodeId = ? AND kind = ?',
  )
  const selectCluster = database.prepare(
    'SELECT * FROM resource WHERE tenantId = ? AND clusterId = ? ORDER BY nodeId, kind',
  )
  const selectAll = database.prepare('SELECT * FROM resource ORDER BY clusterId, nodeId, kind')
  const drop = database.prepare('DELETE FROM resource WHERE kind = ? AND id = ?')
  const putInbound = database.prepare(
    'INSERT INTO securityGroup VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET inbound = excluded.inbound',
  )
  const getInbound = database.prepare('SELECT inbound FROM securityGroup WHERE tenantId = ? AND clusterId = ?')
  const dropInbound = database.prepare('DELETE FROM securityGroup WHERE tenantId = ? AND clusterId = ?')
  const putSize = database.prepare(
    'INSERT INTO volumeSize VALUES (?, ?) ON CONFLICT DO UPDATE SET volumeGiB = max(volumeGiB, excluded.volumeGiB)',
  )
  const putIncarnation = database.prepare('INSERT INTO incarnation VALUES (?, ?) ON CONFLICT DO NOTHING')
  const getIncarnation = database.prepare('SELECT number FROM incarnation WHERE instanceId = ?')
  const dropIncarnation = database.prepare('DELETE FROM incarnation WHERE instanceId = ?')
  const getSize = database.prepare('SELECT volumeGiB FROM volumeSize WHERE volumeId = ?')
  const dropSize = database.prepare('DELETE FROM volumeSize WHERE volumeId = ?')
  const putChange = database.prepare('INSERT INTO volumeChange VALUES (?, ?)')
  const getChanges = database.prepare('SELECT changedAt FROM volumeChange WHERE volumeId = ? ORDER BY changedAt')
  const dropChanges = database.prepare('DELETE FROM volumeChange WHERE volumeId = ?')

  const find = ({ tenantId, clusterId, nodeId }: NodeRef, kind: FleetRow['kind']) => {
    const row = select.get(tenantId, clusterId, nodeId, kind)
    return row && toRow(row)
  }
  return {
    find,
    ensure: (node, kind, make) => {
      const found = find(node, kind)
      if (found) return found
      const { tenantId, clusterId, nodeId } = node
      const row: FleetRow = { tenantId, clusterId, nodeId, kind, id: make() }
      insert.run(tenantId, clusterId, nodeId, kind, row.id)
      return row
    },
    ofCluster: (tenantId, clusterId) => selectCluster.all(tenantId, clusterId).map(toRow),
    all: () => selectAll.all().map(toRow),
    remove: ({ kind, id }) => {
      drop.run(kind, id)
      if (kind === 'instance') dropIncarnation.run(id)
      if (kind !== 'volume') return
      dropSize.run(id)
      dropChanges.run(id)
    },
    noteInbound: ({ tenantId, clusterId }, inbound) => {
      putInbound.run(tenantId, clusterId, JSON.stringify(inbound))
    },
    inboundOf: ({ tenantId, clusterId }) => {
      const row = getInbound.get(tenantId, clusterId)
      return row && Inbound.parse(JSON.parse(String(row.inbound)))
    },
    forgetInbound: ({ tenantId, clusterId }) => {
      dropInbound.run(tenantId, clusterId)
    },
    noteSize: (volumeId, volumeGiB) => {
      putSize.run(volumeId, volumeGiB)
    },
    noteChange: (volumeId, at) => {
      putChange.run(volumeId, at)
    },
    changesOf: (volumeId) => getChanges.all(volumeId).map(({ changedAt }) => Number(changedAt)),
    noteIncarnation: (instanceId, incarnation) => {
      putIncarnation.run(instanceId, incarnation)
    },
    incarnationOf: (instanceId) => Number(getIncarnation.get(instanceId)?.number ?? 1),
    sizeOf: (volumeId) => Number(getSize.get(volumeId)?.volumeGiB ?? 0),
    close: () => database.close(),
  }
}

function toRow(row: Record<string, unknown>): FleetRow {
  const { tenantId, clusterId, nodeId, kind, id } = row
  return {
    tenantId: String(tenantId),
    clusterId: String(clusterId),
    nodeId: Number(nodeId),
    kind: toKind(kind),
    id: String(id),
  }
}

function toKind(kind: unknown): FleetRow['kind'] {
  if (kind === 'instance' || kind === 'volume' || kind === 'address') return kind
  throw new TypeError(`unknown kind of resource: ${String(kind)}`)
}
