import type { Context } from './policy.ts'

/** A condition, a request, and whether the one holds for the other. */
export type ConditionCase = readonly [
  what: string,
  operator: string,
  wanted: Readonly<Record<string, string | readonly string[]>>,
  context: Context,
  holds: boolean,
]

const key = (values: string | readonly string[]) => ({ 'aws:RequestTag/a': values })
const keys = (values: string | readonly string[]) => ({ 'aws:TagKeys': values })

/** What the reference of the condition operators says, line by line. */
export const CONDITION_CASES: readonly ConditionCase[] = [
  ['equal texts', 'StringEquals', key('x'), key('x'), true],
  ['texts of another case', 'StringEquals', key('x'), key('X'), false],
  ['one of several', 'StringEquals', key(['x', 'y']), key('y'), true],
  ['a wildcard is a character to StringEquals', 'StringEquals', key('x*'), key('xy'), false],
  ['an absent key', 'StringEquals', key('x'), {}, false],
  ['an absent key, if it exists', 'StringEqualsIfExists', key('x'), {}, true],
  ['another value, if it exists', 'StringEqualsIfExists', key('x'), key('y'), false],
  ['none of several', 'StringNotEquals', key(['x', 'y']), key('z'), true],
  ['one of several, negated', 'StringNotEquals', key(['x', 'y']), key('y'), false],
  ['an absent key, negated', 'StringNotEquals', key('x'), {}, true],
  ['texts of another case, ignored', 'StringEqualsIgnoreCase', key('x'), key('X'), true],
  ['many characters', 'StringLike', key('a*z'), key('abcz'), true],
  ['one character', 'StringLike', key('a?z'), key('abcz'), false],
  ['none of the patterns', 'StringNotLike', key('a*'), key('b'), true],
  ['a true one', 'Bool', { 'ec2:Encrypted': 'true' }, { 'ec2:Encrypted': 'true' }, true],
  ['a false one', 'Bool', { 'ec2:Encrypted': 'true' }, { 'ec2:Encrypted': 'false' }, false],
  ['no truth at all', 'Bool', { 'ec2:Encrypted': 'true' }, {}, false],
  ['there, as it must be', 'Null', key('false'), key('x'), true],
  ['absent, as it must not be', 'Null', key('false'), {}, false],
  ['absent, as it must be', 'Null', key('true'), {}, true],
  ['there, as it must not be', 'Null', key('true'), key('x'), false],
  [
    'an ARN',
    'ArnEquals',
    { 'aws:SourceArn': 'arn:aws:ec2:*:1:subnet/*' },
    { 'aws:SourceArn': 'arn:aws:ec2:r:1:subnet/s' },
    true,
  ],
  [
    'an ARN whose wildcard would have to reach over a colon',
    'ArnLike',
    { 'aws:SourceArn': 'arn:aws:ec2:*:subnet/s' },
    { 'aws:SourceArn': 'arn:aws:ec2:r:1:subnet/s' },
    false,
  ],
  ['no ARN at all', 'ArnLike', { 'aws:SourceArn': 'arn:aws:ec2:r:1:subnet/*' }, {}, false],
  ['another ARN', 'ArnNotLike', { 'aws:SourceArn': 'arn:aws:s3:::a' }, { 'aws:SourceArn': 'arn:aws:s3:::b' }, true],
  ['a number', 'NumericLessThanEquals', { 'aws:MultiFactorAuthAge': '900' }, { 'aws:MultiFactorAuthAge': '900' }, true],
  ['all of them', 'ForAllValues:StringEquals', keys(['a', 'b']), keys(['a', 'b']), true],
  ['all but one', 'ForAllValues:StringEquals', keys(['a', 'b']), keys(['a', 'c']), false],
  ['all of none', 'ForAllValues:StringEquals', keys(['a', 'b']), {}, true],
  ['one of them', 'ForAnyValue:StringEquals', keys(['a', 'b']), keys(['c', 'b']), true],
  ['none of them', 'ForAnyValue:StringEquals', keys(['a', 'b']), keys(['c', 'd']), false],
  ['one of none', 'ForAnyValue:StringEquals', keys(['a', 'b']), {}, false],
  ['all by a pattern', 'ForAllValues:StringLike', keys('weir:*'), keys(['weir:a', 'weir:b']), true],
  ['one that is none of these', 'ForAnyValue:StringNotEquals', keys('a'), keys(['a', 'b']), true],
  ['one that is none of these, of none', 'ForAnyValue:StringNotEquals', keys('a'), {}, false],
  ['none that is one of these', 'ForAllValues:StringNotEquals', keys('a'), keys(['b', 'a']), false],
  ['the key in another case', 'StringEquals', { 'AWS:RequestTag/A': 'x' }, { 'aws:requesttag/a': 'x' }, true],
]
