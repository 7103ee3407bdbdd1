import { expect, it } from 'vitest'
import { latestUsed } from '../../../functions/adapters/latest-used.ts'

it('what was used last is found again, and what was not used for longest is made anew', () => {
  const made: string[] = []
  const of = latestUsed(2, (key) => {
    made.push(key)
    return { key }
  })
  const first = of('a')
  of('b')
  expect(of('a')).toBe(first)
  of('c')
  expect(of('a')).toBe(first)
  of('b')
  expect(made).toEqual(['a', 'b', 'c', 'b'])
})
