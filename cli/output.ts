import Table from 'cli-table3'
import type { Terminal } from './terminal.ts'

/** A cell of a table; what is not there is shown as a dash. */
export type Cell = string | number | boolean | undefined

/** Where the results of a command go, in the form the caller asked for. */
export interface Output {
  readonly format: 'table' | 'json'
  /** A list: a row for each item, or the JSON `{"items": […]}`. */
  list<T>(items: readonly T[], columns: Readonly<Record<string, (item: T) => Cell>>): void
  /** One thing: a line for each field, or its JSON. */
  item(item: unknown, fields: Readonly<Record<string, Cell>>): void
  /** A sentence for people, left out where JSON is wanted. */
  say(text: string): void
}

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '   ',
}

const shown = (cell: Cell): string => (cell === undefined || cell === '' ? '-' : String(cell))

/** Rows in columns without lines: easy to read and to cut. */
export function renderTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const table = new Table({
    head: [...head],
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => row.map(shown)))
  return trimmed(table.toString())
}

/** Names and values in two columns. */
export function renderFields(fields: Readonly<Record<string, Cell>>): string {
  const width = Math.max(...Object.keys(fields).map((name) => name.length))
  return Object.entries(fields)
    .map(([name, value]) => `${name.padEnd(width)}   ${shown(value).replaceAll('\n', `\n${' '.repeat(width + 3)}`)}`)
    .join('\n')
}

const trimmed = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')

/** Writes results to a terminal. */
export function createOutput(terminal: Terminal, format: 'table' | 'json'): Output {
  const json = (value: unknown) => terminal.out(JSON.stringify(value, null, 2))
  return {
    format,
    list: (items, columns) => {
      if (format === 'json') return json({ items })
      if (items.length === 0) return terminal.note('None.')
      const cells = Object.values(columns)
      terminal.out(
        renderTable(
          Object.keys(columns),
          items.map((item) => cells.map((cell) => cell(item))),
        ),
      )
    },
    item: (item, fields) => (format === 'json' ? json(item) : terminal.out(renderFields(fields))),
    say: (text) => {
      if (format === 'table') terminal.out(text)
    },
  }
}
