import { describe, expect, it } from 'vitest'
import { CONDITION_CASES } from './cases.ts'
import { evaluate, type Policies } from './evaluate.ts'
import { type Context, Policy } from './policy.ts'

const ROLE = 'arn:aws:iam::123456789012:role/steps'
const TABLE = 'arn:aws:dynamodb:eu-central-1:123456789012:table/weir'

type Written = Readonly<Record<string, unknown>>

const policy = (...Statement: readonly Written[]) => Policy.parse({ Version: '2012-10-17', Statement })
const allow = (more: Written = {}): Written => ({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: '*', ...more })
const deny = (more: Written = {}): Written => allow({ Effect: 'Deny', ...more })

interface Asked {
  readonly action?: string
  readonly resource?: string
  readonly context?: Context
}

const verdict = (
  parts: Partial<Policies>,
  { action = 'dynamodb:GetItem', resource = TABLE, context = {} }: Asked = {},
) => evaluate({ roleArn: ROLE, identity: [], ...parts }, { action, resource, context })
const allowed = (statements: readonly Written[], asked?: Asked) =>
  verdict({ identity: [policy(...statements)] }, asked).allowed

describe('what a role may do', () => {
  it('is nothing without a statement that allows it', () => {
    expect(verdict({})).toEqual({ allowed: false, because: 'no policy of the role allows it' })
  })

  it('is what any of its policies allows', () => {
    expect(verdict({ identity: [policy(allow({ Action: 's3:*' })), policy(allow())] }).allowed).toBe(true)
  })

  it('is nothing that any policy denies, whoever allows it', () => {
    const denying = policy(deny({ Sid: 'Never' }))
    const identity = [policy(allow())]
    for (const parts of [
      { identity: [...identity, denying] },
      { identity, boundary: policy(allow(), deny()) },
      { identity, session: [policy(allow(), deny())] },
      { identity, resource: { policy: policy(deny({ Principal: '*' })), mustAllow: false } },
    ])
      expect(verdict(parts)).toMatchObject({ allowed: false, because: expect.stringMatching(/deny it/) })
    expect(verdict({ identity: [denying] })).toMatchObject({ because: 'the policies of the role deny it (Never)' })
  })

  it('is no more than its boundary and the policy of its session allow', () => {
    const identity = [policy(allow())]
    const other = policy(allow({ Action: 's3:GetObject' }))
    expect(verdict({ identity, boundary: policy(allow()), session: [policy(allow())] }).allowed).toBe(true)
    expect(verdict({ identity, boundary: other })).toMatchObject({
      because: 'the boundary of the role does not allow it',
    })
    expect(verdict({ identity, session: [other] })).toMatchObject({
      because: 'the policy of the session does not allow it',
    })
    expect(verdict({ identity, session: [] }).allowed).toBe(false)
    expect(verdict({ identity: [], boundary: policy(allow()) }).allowed).toBe(false)
  })
})

describe('actions and resources', () => {
  it('match by * and ?, actions in any case of their letters', () => {
    expect(allowed([allow({ Action: 'dynamodb:Get*' })])).toBe(true)
    expect(allowed([allow({ Action: 'DynamoDB:getitem' })])).toBe(true)
    expect(allowed([allow({ Action: 'dynamodb:GetIte?' })])).toBe(true)
    expect(allowed([allow({ Action: 'dynamodb:Get' })])).toBe(false)
    expect(allowed([allow({ Resource: TABLE.replace('weir', 'we??') })])).toBe(true)
    expect(allowed([allow({ Resource: `${TABLE}/index/*` })])).toBe(false)
  })

  it('match no wildcard over a colon of an ARN, but any within its resource', () => {
    expect(allowed([allow({ Resource: 'arn:aws:dynamodb:eu-central-1:*:weir' })])).toBe(false)
    expect(() => allowed([allow({ Resource: 'arn:aws:dynamodb:*:table/weir' })])).toThrow(/neither \* nor/)
    expect(allowed([allow({ Resource: 'arn:aws:dynamodb:*:*:table/*' })])).toBe(true)
    const execution = 'arn:aws:states:r:123456789012:execution:weir:op-1'
    expect(allowed([allow({ Resource: 'arn:aws:states:r:123456789012:execution:*' })], { resource: execution })).toBe(
      true,
    )
  })

  it('are for * only where an action has no resource', () => {
    const asked = { action: 'ec2:DescribeInstances', resource: '*' }
    expect(allowed([allow({ Action: 'ec2:*', Resource: 'arn:aws:ec2:*:*:instance/*' })], asked)).toBe(false)
    expect(allowed([allow({ Action: 'ec2:*' })], asked)).toBe(true)
  })

  it('may be all but the ones that are named', () => {
    expect(allowed([{ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }])).toBe(true)
    expect(allowed([{ Effect: 'Allow', NotAction: 'dynamodb:*', Resource: '*' }])).toBe(false)
    expect(allowed([{ Effect: 'Allow', Action: '*', NotResource: TABLE }])).toBe(false)
    expect(allowed([{ Effect: 'Allow', Action: '*', NotResource: 'arn:aws:s3:::a' }])).toBe(true)
  })

  it('take the value of a policy variable as it is, and match nothing without one', () => {
    const own = allow({ Resource: `${TABLE.replace('weir', '')}\${aws:PrincipalTag/tenant}` })
    expect(allowed([own], { context: { 'aws:PrincipalTag/tenant': 'weir' } })).toBe(true)
    expect(allowed([own], { context: { 'aws:PrincipalTag/tenant': '*' } })).toBe(false)
    expect(allowed([own])).toBe(false)
    expect(allowed([allow({ Resource: `${TABLE}\${*}` })])).toBe(false)
    expect(allowed([allow({ Resource: `${TABLE.replace('weir', '')}\${aws:PrincipalTag/tenant, 'weir'}` })])).toBe(true)
  })
})

describe('conditions', () => {
  it.each(CONDITION_CASES)('%s: %s', (_what, operator, wanted, context, holds) => {
    expect(allowed([allow({ Condition: { [operator]: wanted } })], { context })).toBe(holds)
  })

  it('must all hold', () => {
    const both = { StringEquals: { 'aws:RequestTag/a': 'x', 'aws:RequestTag/b': 'y' } }
    expect(allowed([allow({ Condition: both })], { context: { 'aws:RequestTag/a': 'x' } })).toBe(false)
    const two = { StringEquals: { 'aws:RequestTag/a': 'x' }, Null: { 'aws:RequestTag/b': 'false' } }
    expect(allowed([allow({ Condition: two })], { context: { 'aws:RequestTag/a': 'x' } })).toBe(false)
  })

  it('cut keys to the tenant of the session, and to nobody where it has none', () => {
    const own = {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'T#${aws:PrincipalTag/tenant}#*' },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    }
    const asked = (keys: readonly string[] | undefined, tenant?: string) =>
      allowed([allow({ Condition: own })], {
        context: {
          ...(keys && { 'dynamodb:LeadingKeys': keys }),
          ...(tenant !== undefined && { 'aws:PrincipalTag/tenant': tenant }),
        },
      })
    expect(asked(['T#acme#x'], 'acme')).toBe(true)
    expect(asked(['T#acme#x', 'T#other#x'], 'acme')).toBe(false)
    expect(asked(['T#acme#x'])).toBe(false)
    expect(asked(undefined, 'acme')).toBe(false)
    expect(asked(['T#*#x'], '*')).toBe(true)
    expect(asked(['T#acme#x'], '*')).toBe(false)
  })

  it('that nobody knows are an error and never a pass', () => {
    for (const operator of ['DateLessThan', 'StringSomehow', 'ForSomeValues:StringEquals'])
      expect(() => allowed([deny({ Condition: { [operator]: { 'aws:CurrentTime': 'x' } } })])).toThrow(/not known here/)
    expect(() =>
      allowed([allow({ Condition: { StringEquals: { 'aws:TagKeys': 'a' } } })], { context: { 'aws:TagKeys': ['a'] } }),
    ).toThrow(/several values/)
  })
})

describe('the policy of a resource', () => {
  const resource = (statement: Written, mustAllow: boolean) => ({
    policy: policy(allow({ ...statement })),
    mustAllow,
  })
  const account = { AWS: 'arn:aws:iam::123456789012:root' }

  it('lets a role in that it names, or everybody', () => {
    expect(verdict({ resource: resource({ Principal: { AWS: ROLE } }, false) }).allowed).toBe(true)
    expect(verdict({ resource: resource({ Principal: '*' }, false) }).allowed).toBe(true)
    expect(verdict({ resource: resource({ Principal: { AWS: `${ROLE}2` } }, false) }).allowed).toBe(false)
    expect(verdict({ resource: resource({ Principal: { Service: 'ec2.amazonaws.com' } }, false) }).allowed).toBe(false)
  })

  it('leaves it to the policies of the role where it names the account', () => {
    const delegated = resource({ Principal: account }, true)
    expect(verdict({ resource: delegated }).allowed).toBe(false)
    expect(verdict({ resource: delegated, identity: [policy(allow())] }).allowed).toBe(true)
  })

  it('keeps everybody out whom it does not let in, where it must', () => {
    const identity = [policy(allow())]
    const others = resource({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } }, true)
    expect(verdict({ identity, resource: others })).toMatchObject({
      because: 'the policy of the resource does not allow it',
    })
    expect(verdict({ identity, resource: { ...others, mustAllow: false } }).allowed).toBe(true)
  })

  it('does not reach beyond the boundary of a role', () => {
    const parts = {
      resource: resource({ Principal: { AWS: ROLE } }, false),
      boundary: policy(allow({ Action: 's3:*' })),
    }
    expect(verdict(parts).allowed).toBe(false)
  })
})

describe('the policy of an endpoint', () => {
  const through = (statement: Written) => ({
    identity: [policy(allow())],
    endpoint: policy(allow({ Principal: '*', ...statement })),
  })

  it('lets through what it allows and no more, and gives no right by itself', () => {
    expect(verdict(through({})).allowed).toBe(true)
    expect(verdict(through({ Resource: `${TABLE}2` }))).toMatchObject({
      because: 'the policy of the endpoint does not allow it',
    })
    expect(verdict(through({ Effect: 'Deny' }))).toMatchObject({ because: 'the policy of the endpoint deny it' })
    expect(verdict({ ...through({}), identity: [] }).allowed).toBe(false)
  })
})

describe('a policy document', () => {
  it('with an element that is not known here is refused', () => {
    expect(() => policy(allow({ NotPrincipal: '*' }))).toThrow()
    expect(() => Policy.parse({ Version: '2008-10-17', Statement: [allow()] })).toThrow()
    expect(() => policy({ Effect: 'Allow', Resource: '*' })).toThrow()
  })
})
