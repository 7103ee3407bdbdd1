import type { SQLOutputValue } from 'node:sqlite'
import type { Change, Guard, Item, Key } from '../shared/ports/store.ts'

/** An item as stored: also when it has expired, its value still the JSON text. */
export interface StoredRow extends Key {
  readonly version: number
  readonly json: string
  readonly expiresAt: number | undefined
}

type Row = Record<string, SQLOutputValue>

/** Reads one row of `items`. */
export function toStoredRow(row: Row): StoredRow {
  const expiresAt = row.expires_at
  return {
    partition: text(row, 'partition'),
    sort: text(row, 'sort'),
    version: integer(row, 'version'),
    json: text(row, 'value'),
    expiresAt: typeof expiresAt === 'number' ? expiresAt : undefined,
  }
}

/** The item as a reader sees it: nothing once it has expired. */
export function toItem(row: StoredRow, nowSeconds: number): Item | undefined {
  if (!isLive(row, nowSeconds)) return undefined
  return { partition: row.partition, sort: row.sort, version: row.version, value: JSON.parse(row.json) }
}

/** Whether a write may go on, given what is stored under its key; an expired item counts as absent. */
export function guardHolds(guard: Guard, row: StoredRow | undefined, nowSeconds: number): boolean {
  const live = row !== undefined && isLive(row, nowSeconds)
  return guard === 'absent' ? !live : live && row.version === guard.version
}

/** Reads one row of `changes`. */
export function toChange(row: Row): Change {
  const key = { partition: text(row, 'partition'), sort: text(row, 'sort') }
  const before = image(row, key, 'before')
  const after = image(row, key, 'after')
  return { cursor: String(integer(row, 'cursor')), ...key, ...(before && { before }), ...(after && { after }) }
}

function image(row: Row, key: Key, side: 'before' | 'after'): Item | undefined {
  if (row[`${side}_version`] === null) return undefined
  return { ...key, version: integer(row, `${side}_version`), value: JSON.parse(text(row, `${side}_value`)) }
}

function isLive({ expiresAt }: StoredRow, nowSeconds: number): boolean {
  return expiresAt === undefined || expiresAt > nowSeconds
}

function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`)
  return value
}

function integer(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no whole number`)
  return value
}
