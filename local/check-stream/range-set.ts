/** The numbers from `from` up to, but not with, `to`. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** A set of whole numbers that takes room for its gaps, not for its members. */
export interface RangeSet {
  /** Adds a range; what is in the set already stays. */
  add(range: Range): void
  remove(number: number): void
  has(number: number): boolean
  /** Ascending, never empty, never touching each other. */
  ranges(): readonly Range[]
}

/** An empty set. Adding at the end, which is what streams do, costs the same however many gaps there are. */
export function rangeSet(): RangeSet {
  const ranges: Range[] = []

  /** The index of the first range that ends at or after the number. */
  const firstEndingAt = (number: number): number => {
    let low = 0
    let high = ranges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ranges[middle]?.to ?? 0) < number) low = middle + 1
      else high = middle
    }
    return low
  }

  const holding = (number: number): number | undefined => {
    const index = firstEndingAt(number + 1)
    const range = ranges[index]
    return range !== undefined && range.from <= number ? index : undefined
  }

  return {
    add({ from, to }) {
      if (from >= to) return
      const index = firstEndingAt(from)
      let last = index
      let merged: Range = { from, to }
      for (let range = ranges[last]; range !== undefined && range.from <= to; range = ranges[++last]) {
        merged = { from: Math.min(merged.from, range.from), to: Math.max(merged.to, range.to) }
      }
      if (index === ranges.length) ranges.push(merged)
      else ranges.splice(index, last - index, merged)
    },
    remove(number) {
      const index = holding(number)
      const range = index === undefined ? undefined : ranges[index]
      if (index === undefined || range === undefined) return
      const rest = [
        { from: range.from, to: number },
        { from: number + 1, to: range.to },
      ]
      ranges.splice(index, 1, ...rest.filter(({ from, to }) => from < to))
    },
    has: (number) => holding(number) !== undefined,
    ranges: () => ranges,
  }
}

/** The numbers that are in both of two ascending lists. */
export function common(one: readonly Range[], other: readonly Range[]): readonly Range[] {
  const found: Range[] = []
  for (let i = 0, j = 0; ; ) {
    const a = one[i]
    const b = other[j]
    if (a === undefined || b === undefined) return found
    const from = Math.max(a.from, b.from)
    const to = Math.min(a.to, b.to)
    if (from < to) found.push({ from, to })
    if (a.to < b.to) i++
    else j++
  }
}

/** The numbers that are in either of two lists. */
export function either(one: readonly Range[], other: readonly Range[]): readonly Range[] {
  const set = rangeSet()
  for (const range of [...one, ...other].toSorted((a, b) => a.from - b.from)) set.add(range)
  return set.ranges()
}

/** How many numbers the ranges hold. */
export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { from, to }) => sum + to - from, 0)
}
