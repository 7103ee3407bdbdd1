import fc from 'fast-check'
import { expect, test } from 'vitest'
import { rangeSet, sizeOf } from '../../../local/check-stream/range-set.ts'
import { readAccount } from '../../../local/check-stream/read-account.ts'

const LENGTH = 30

/** A stream as a faulty cluster might give it: records dropped, repeated and moved. */
const faultyStream = fc
  .array(fc.record({ times: fc.constantFrom(1, 1, 1, 0, 2, 3), moveTo: fc.option(fc.nat(LENGTH)) }), {
    minLength: LENGTH,
    maxLength: LENGTH,
  })
  .map((fates) => {
    const stream: number[] = []
    for (const [number, { times, moveTo }] of fates.entries()) {
      for (let time = 0; time < times; time++) stream.splice(moveTo ?? stream.length, 0, number)
    }
    return stream
  })

const acknowledgedAll = [{ from: 0, to: LENGTH }]

test('tells lost, repeated and late records of any faulty stream exactly', () => {
  fc.assert(
    fc.property(faultyStream, (stream) => {
      const account = readAccount(rangeSet())
      for (const number of stream) account.saw(number)

      const distinct = [...new Set(stream)]
      const late = distinct.filter((number, index) => distinct.slice(0, index).some((before) => before > number))
      expect(sizeOf(account.missing(acknowledgedAll))).toBe(LENGTH - distinct.length)
      expect(account.duplicated()).toBe(stream.length - distinct.length)
      expect(account.outOfOrder()).toBe(late.length)
    }),
  )
})

test('holds nothing against a stream that is whole, and misses nothing that was not acknowledged', () => {
  const account = readAccount(rangeSet())
  for (let number = 0; number < LENGTH; number++) account.saw(number)
  expect([account.missing(acknowledgedAll), account.duplicated(), account.outOfOrder()]).toEqual([[], 0, 0])
  const empty = readAccount(rangeSet())
  expect(empty.missing([])).toEqual([])
  expect(empty.missing([{ from: 3, to: 5 }])).toEqual([{ from: 3, to: 5 }])
})

test('expects nothing of records that were given up: they may come never, late or twice', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(10, 11, 12)), fc.nat(LENGTH), (strays, at) => {
      const abandoned = rangeSet()
      abandoned.add({ from: 10, to: 13 })
      const stream = Array.from({ length: LENGTH }, (_, number) => number).filter((number) => !abandoned.has(number))
      stream.splice(at, 0, ...strays)
      const account = readAccount(abandoned)
      for (const number of stream) account.saw(number)
      const acknowledged = [
        { from: 0, to: 10 },
        { from: 13, to: LENGTH },
      ]
      expect([account.missing(acknowledged), account.duplicated(), account.outOfOrder()]).toEqual([[], 0, 0])
    }),
  )
})
