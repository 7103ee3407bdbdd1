import { describe, expect, test } from 'vitest'
import { DefinitionRefused, load } from '../../../local/asl/load.ts'
import type { Json } from '../../../shared/ports/store.ts'
import { machine, task, waitingTask } from './harness.ts'

function reasonsFor(definition: Json): readonly string[] {
  try {
    load(definition)
    return []
  } catch (error) {
    if (error instanceof DefinitionRefused) return error.reasons
    throw error
  }
}

const pass = { Type: 'Pass', End: true }
const inner = { StartAt: 'Inner', States: { Inner: pass } }
const mapOf = (more: object): Json => ({ Type: 'Map', ItemProcessor: inner, End: true, ...more })

describe('a definition is refused, naming state and part,', () => {
  test.each<[string, Json, string]>([
    ['a JSONPath state', { StartAt: 'A', States: { A: pass } }, "state 'A': QueryLanguage JSONPath is not supported"],
    ['a JSONPath field', machine('A', { A: { ...pass, InputPath: '$' } }), "state 'A': InputPath is not supported"],
    ['a Pass with Result', machine('A', { A: { ...pass, Result: 1 } }), "state 'A': Result is not supported"],
    ['an unknown type', machine('A', { A: { Type: 'Loop' } }), "state 'A': Type Loop is not supported"],
    ['an unknown field on top', machine('A', { A: pass }, { Extra: 1 }), 'the definition: Extra is not supported'],
    [
      'another resource',
      machine('A', { A: { ...Object(task('f')), Resource: 'arn:aws:states:::sqs:sendMessage' } }),
      "state 'A': Resource: arn:aws:states:::sqs:sendMessage is not supported",
    ],
    ['Credentials', machine('A', { A: task('f', { Credentials: {} }) }), "state 'A': Credentials is not supported"],
    [
      'another argument of the invocation',
      machine('A', { A: task('f', { Arguments: { FunctionName: 'f', InvocationType: 'Event' } }) }),
      "state 'A': Arguments: InvocationType is not supported",
    ],
    [
      'a heartbeat that nobody can send',
      machine('A', { A: task('f', { HeartbeatSeconds: 5 }) }),
      "state 'A': HeartbeatSeconds is only supported with waitForTaskToken",
    ],
    [
      'a heartbeat as long as the timeout',
      machine('A', { A: waitingTask('f', { HeartbeatSeconds: 5, TimeoutSeconds: 5 }) }),
      "state 'A': HeartbeatSeconds must be less than TimeoutSeconds",
    ],
    [
      'a distributed Map',
      machine('A', { A: mapOf({ ItemProcessor: { ...inner, ProcessorConfig: { Mode: 'DISTRIBUTED' } } }) }),
      "state 'A': ItemProcessor: ProcessorConfig.Mode: DISTRIBUTED is not supported",
    ],
    ...['ItemReader', 'ItemBatcher', 'ResultWriter', 'ToleratedFailureCount', 'Label', 'Iterator'].map(
      (field): [string, Json, string] => [
        `a Map with ${field}`,
        machine('A', { A: mapOf({ [field]: {} }) }),
        `state 'A': ${field} is not supported`,
      ],
    ),
    [
      'an unknown field deep inside',
      machine('A', { A: mapOf({ ItemProcessor: { StartAt: 'B', States: { B: { ...pass, ResultPath: '$' } } } }) }),
      "state 'B': ResultPath is not supported",
    ],
    [
      'two states of one name',
      machine('Inner', { Inner: { ...Object(mapOf({})) } }),
      "state 'Inner': two states have this name",
    ],
    ['a missing start', machine('X', { A: pass }), "the definition: StartAt: there is no state 'X'"],
    ['a missing target', machine('A', { A: { Type: 'Pass', Next: 'X' } }), "state 'A': there is no state 'X' to go to"],
    ['a state without exit', machine('A', { A: { Type: 'Pass' } }), "state 'A': needs either Next or End"],
    ['an unreachable state', machine('A', { A: pass, B: pass }), "state 'B': no state leads here"],
    [
      'a Wait without time',
      machine('A', { A: { Type: 'Wait', End: true } }),
      "state 'A': needs either Seconds or Timestamp",
    ],
    [
      'a Wait for a time that does not exist',
      machine('A', { A: { Type: 'Wait', Timestamp: '2026-13-01T00:00:00Z', End: true } }),
      "state 'A': Timestamp: must be an RFC 3339 time",
    ],
    [
      'States.ALL before another Catcher',
      machine('A', {
        A: task('f', {
          Catch: [
            { ErrorEquals: ['States.ALL'], Next: 'B' },
            { ErrorEquals: ['X'], Next: 'B' },
          ],
        }),
        B: pass,
      }),
      "state 'A': Catch: States.ALL must be in the last entry",
    ],
    [
      'an error name that the language does not have',
      machine('A', { A: task('f', { Retry: [{ ErrorEquals: ['States.Nope'] }] }) }),
      "state 'A': Retry[0].ErrorEquals[0]: States.Nope is not a supported error name",
    ],
    [
      'an assignment to the variable of an outer scope',
      machine('A', {
        A: { Type: 'Pass', Assign: { x: 1 }, Next: 'M' },
        M: mapOf({ ItemProcessor: { StartAt: 'B', States: { B: { ...pass, Assign: { x: 2 } } } } }),
      }),
      "state 'B': Assign: the variable x belongs to an outer scope",
    ],
    ['a variable named states', machine('A', { A: { ...pass, Assign: { states: 1 } } }), "state 'A': Assign.states:"],
  ])('for %s', (_, definition, reason) => {
    expect(reasonsFor(definition)).toEqual(expect.arrayContaining([expect.stringContaining(reason)]))
  })

  test.each([
    ['{% $x', 'must begin with {% and end with %}'],
    [' {% $x %}', 'must begin with {% and end with %}'],
    ['{% 1 + %}', 'not a JSONata expression'],
    ['{% $eval("1") %}', 'no function $eval'],
    ['{% $x ?? 1 %}', 'the operator ??'],
    ['{% ($x ?: 1) + 2 %}', 'the operator ?:'],
    ['{% $random(7) %}', 'a seeded $random'],
    ['{% name %}', 'there is no input document'],
    ['{% $ %}', 'there is no input document'],
    ['{% $$.x %}', 'there is no input document'],
    ['{% $map($x, function($v) { $v & name }) %}', 'there is no input document'],
  ])('for the expression %s', (Output, reason) => {
    const [first] = reasonsFor(machine('A', { A: { ...pass, Output: { deep: [Output] } } }))
    expect(first).toContain("state 'A': Output.deep[0]: ")
    expect(first).toContain(reason)
  })
})

describe('a definition is taken', () => {
  test.each([
    '{% $states.input.items[x = 1].{"a": $.y, "b": %.z} %}',
    '{% $x ? 1 : 2 %}',
    '{% $sort($x, function($l, $r) { $l.at > $r.at })[0].name %}',
    '{% $x^(>at).name %}',
    '{% $x{ kind: $sum(n) } %}',
    '{% $x ~> |host|{"up": true}| %}',
    '{% "{% literal" %}',
    ' {% not an expression %} ',
  ])('with the expression %s', (Output) => {
    expect(reasonsFor(machine('A', { A: { ...pass, Output } }))).toEqual([])
  })

  test('when each state says for itself that it is JSONata', () => {
    expect(reasonsFor({ StartAt: 'A', States: { A: { ...pass, QueryLanguage: 'JSONata' } } })).toEqual([])
  })
})
