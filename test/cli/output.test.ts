import { describe, expect, it } from 'vitest'
import { durationText } from '../../cli/duration.ts'
import { renderFields, renderTable } from '../../cli/output.ts'

describe('a table', () => {
  it('aligns its columns, shows what is missing as a dash and leaves no blanks at the ends of lines', () => {
    const rows = [
      ['orders', 3, undefined],
      ['a', 12, 'x'],
    ] as const
    expect(renderTable(['NAME', 'N', 'NOTE'], rows)).toBe('NAME     N    NOTE\norders   3    -\na        12   x')
  })
})

describe('fields', () => {
  it('keep the lines of a value below each other', () => {
    expect(renderFields({ Name: 'a', Servers: 'b:1\nb:2', None: undefined })).toBe(
      'Name      a\nServers   b:1\n          b:2\nNone      -',
    )
  })
})

describe('a duration', () => {
  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [65_000, '1 min 05 s'],
    [7_380_000, '2 h 03 min'],
    [446_400_000, '5 d 04 h'],
  ])('of %i ms reads %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text)
  })
})
