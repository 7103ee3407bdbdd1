import fc from 'fast-check'
import { expect, test } from 'vitest'
import { common, either, type Range, rangeSet, sizeOf } from '../../../local/check-stream/range-set.ts'

const smallRange = fc.tuple(fc.nat(40), fc.nat(8)).map(([from, length]): Range => ({ from, to: from + length }))

const members = (ranges: readonly Range[]): readonly number[] =>
  ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, index) => from + index))

const setOf = (ranges: readonly Range[]) => {
  const set = rangeSet()
  for (const range of ranges) set.add(range)
  return set
}

test('holds what was added and not removed, as whole ranges in ascending order', () => {
  const step = fc.oneof(smallRange, fc.nat(48))
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const set = rangeSet()
      const model = new Set<number>()
      for (const each of steps) {
        if (typeof each === 'number') {
          set.remove(each)
          model.delete(each)
        } else {
          set.add(each)
          for (const number of members([each])) model.add(number)
        }
      }
      expect(members(set.ranges())).toEqual([...model].toSorted((a, b) => a - b))
      expect(sizeOf(set.ranges())).toBe(model.size)
      for (let number = 0; number < 50; number++) expect(set.has(number)).toBe(model.has(number))
      // Neighbours are one range: the room it takes is that of its gaps.
      const ends = set.ranges().map(({ to }) => to)
      expect(set.ranges().some(({ from }) => ends.includes(from))).toBe(false)
    }),
  )
})

test('finds what two sets have in common, and what is in either', () => {
  fc.assert(
    fc.property(fc.array(smallRange), fc.array(smallRange), (one, other) => {
      const [a, b] = [setOf(one).ranges(), setOf(other).ranges()]
      const inBoth = members(a).filter((number) => members(b).includes(number))
      expect(members(common(a, b))).toEqual(inBoth)
      expect(members(either(a, b))).toEqual([...new Set([...members(a), ...members(b)])].toSorted((x, y) => x - y))
    }),
  )
})
