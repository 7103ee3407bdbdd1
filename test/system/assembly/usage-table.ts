import type { MeasuredOperation } from './usage.ts'

/** All that was counted as a table: a row for each count, a column for each operation. */
export function usageTable(measurements: readonly MeasuredOperation[]): string {
  const names = new Set(
    measurements.flatMap(({ usage, counts }) => [
      ...Object.keys(usage).filter((name) => name !== 'operation'),
      ...[...counts.keys()].filter((name) => !(name in usage)).toSorted(),
    ]),
  )
  const head = ['', ...measurements.map(({ usage }) => usage.operation)]
  const rows = [...names].map((name) => [
    name,
    ...measurements.map(({ usage, counts }) =>
      String(Object.entries(usage).find(([key]) => key === name)?.[1] ?? counts.get(name) ?? 0),
    ),
  ])
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return `${all.map(line).join('\n')}\n`
}
