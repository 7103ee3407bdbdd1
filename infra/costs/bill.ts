import { dollars, type NanoDollars, sumOf } from './money.ts'
import { amountOf, type Line, PRICES } from './prices.ts'

/** One position of a bill: all lines of the same name together. */
export interface Position {
  readonly what: string
  readonly amount: NanoDollars
  /** Whether a price in it could not be confirmed. */
  readonly unconfirmed: boolean
}

/** A bill: its positions, and their exact sum. */
export interface Bill {
  readonly positions: readonly Position[]
  readonly total: NanoDollars
}

/** Adds up lines by their names, in the order of the first of each. */
export function billOf(lines: readonly Line[]): Bill {
  const names = [...new Set(lines.map(({ what }) => what))]
  const positions = names.map((what) => {
    const own = lines.filter((line) => line.what === what)
    return {
      what,
      amount: sumOf(own.map(amountOf)),
      unconfirmed: own.some(({ price, quantity }) => quantity > 0n && PRICES[price].confirmed === 'not'),
    }
  })
  return { positions, total: sumOf(positions.map(({ amount }) => amount)) }
}

/** A bill as text: a position a line, the sum last; `?` marks what rests on a price that could not be confirmed. */
export function billText(title: string, { positions, total }: Bill, decimals = 2): string {
  const rows = positions.map(({ what, amount, unconfirmed }) => [
    what,
    dollars(amount, decimals),
    unconfirmed ? ' ?' : '',
  ])
  const all = [...rows, ['together', dollars(total, decimals), '']]
  const width = (column: number) => Math.max(...all.map((row) => row[column]?.length ?? 0))
  const text = all.map(
    ([what = '', amount = '', mark = '']) => `  ${what.padEnd(width(0))}  ${amount.padStart(width(1))}${mark}`,
  )
  return [title, ...text].join('\n')
}
