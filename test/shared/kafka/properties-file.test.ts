import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseProperties, renderProperties } from '../../../shared/kafka/properties-file.ts'

test('gives back every key and value, whatever they hold', () => {
  const key = fc.string({ minLength: 1, unit: 'binary' }).filter((text) => !text.startsWith('#'))
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(key, fc.string({ unit: 'binary' })), { selector: ([name]) => name }),
      (entries) => {
        expect([...parseProperties(renderProperties(entries))]).toEqual(entries)
      },
    ),
  )
})

test('writes one line an entry', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (value) => {
      expect(renderProperties([['key', value]]).split(/[\n\r]/u)).toHaveLength(2)
    }),
  )
})

test('leaves ordinary keys and values readable', () => {
  const text = 'listeners=CLIENT://127.0.0.1:9092\n'
  expect(renderProperties([['listeners', 'CLIENT://127.0.0.1:9092']])).toBe(text)
})
