import { describe, expect, test } from 'vitest'
import { evaluate } from '../../../local/asl/evaluate.ts'
import { seededRandom } from '../../../local/asl/random.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import type { Json } from '../../../shared/ports/store.ts'

const clock = createVirtualClock(Date.UTC(2026, 5, 1))

function evaluated(
  template: Json,
  variables: { readonly [name: string]: Json } = {},
  input: Json = null,
): Promise<Json> {
  return evaluate(template, 'Output', { variables, states: { input }, clock, random: seededRandom(1) })
}

describe('an expression', () => {
  test('gives plain JSON, without the marks jsonata leaves on arrays and objects', async () => {
    const value = await evaluated('{% $states.input.hosts.{"id": id} %}', {}, { hosts: [{ id: 1 }, { id: 2 }] })
    expect(value).toStrictEqual([{ id: 1 }, { id: 2 }])
    expect(Object.getOwnPropertyNames(value)).toEqual(['0', '1', 'length'])
  })

  test('cannot change what it reads', async () => {
    const items = [{ id: 1 }]
    await evaluated('{% $items[] ~> |$|{"id": 2}| %}', { items })
    expect(items).toStrictEqual([{ id: 1 }])
    expect(Object.getOwnPropertyNames(items)).toEqual(['0', 'length'])
  })

  test.each([
    ['{% $missing %}', 'returned nothing'],
    ['{% $states.input.missing %}', 'returned nothing'],
    ['{% function($x) { $x } %}', 'returned an unsupported result'],
    ['{% {"f": $sum} %}', 'returned an unsupported result'],
    ['{% 1 + "a" %}', 'threw an error'],
    ['{% $error("stop") %}', 'stop'],
  ])('%s fails and says where it stands', async (expression, message) => {
    await expect(evaluated({ deep: [expression] })).rejects.toMatchObject({
      name: 'EvaluationError',
      location: 'Output/deep[0]',
      message: expect.stringContaining(message),
    })
  })
})

describe('the functions of the service', () => {
  test.each<[string, Json]>([
    ['$partition([1, 2, 3, 4, 5], 2)', [[1, 2], [3, 4], [5]]],
    ['$partition([], 2)', []],
    ['$range(1, 9, 4)', [1, 5, 9]],
    ['$range(3, 1, -1)', [3, 2, 1]],
    ['$range(3, 1, 1)', []],
    ['$hash("abc", "MD5")', '900150983cd24fb0d6963f7d28e17f72'],
    ['$length($hash("weir", "SHA-512"))', 128],
    ['$parse("{\\"a\\": [1]}")', { a: [1] }],
    ['$now()', '2026-06-01T00:00:00.000Z'],
    ['$now("[Y]-[M01]")', '2026-06'],
    ['$millis()', Date.UTC(2026, 5, 1)],
    ['$sort($shuffle([3, 1, 2]))', [1, 2, 3]],
  ])('%s', async (expression, value) => {
    expect(await evaluated(`{% ${expression} %}`)).toEqual(value)
  })

  test('draw the same chance from the same seed', async () => {
    const draw = '{% [$uuid(), $random(), $shuffle([1..20])] %}'
    expect(await evaluated(draw)).toEqual(await evaluated(draw))
    expect(await evaluated('{% $uuid() %}')).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
  })

  test.each(['$range(1, 5000, 1)', '$range(1, 2, 0)', '$partition([1], 0)', '$hash("x", "MD4")', '$parse("{")'])(
    '%s fails',
    async (expression) => {
      await expect(evaluated(`{% ${expression} %}`)).rejects.toMatchObject({ name: 'EvaluationError' })
    },
  )
})
